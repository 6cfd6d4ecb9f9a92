"""From a question to a cited answer: condensing, reading, composing, checking."""
