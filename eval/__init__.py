"""Question sets, metrics and reports: are the answers right, cited, and silent when no article says it?"""
