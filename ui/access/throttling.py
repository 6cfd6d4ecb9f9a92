"""How often somebody may fail to log in: by address, and by name from all addresses together."""

from ui.limits import Allowance
from ui.security.peers import visitor


class LoginThrottle:
    """Failed logins of each address and of each name, kept in memory; whoever succeeds has used up nothing."""

    def __init__(self) -> None:
        self._addresses = Allowance(10, 30.0)
        # One a minute is 1,440 guesses a day at most, from however many addresses.
        self._names = Allowance(10, 60.0)

    def wait(self, address: str, name: str) -> int:
        """Count an attempt; 0 where it may be made now, else the seconds until it may."""
        if wait := self._addresses.wait(visitor(address)):
            return wait
        if wait := self._names.wait(name):
            self._addresses.refund(visitor(address))
        return wait

    def forget(self, address: str, name: str) -> None:
        """Count the attempt no more: it was no failure."""
        self._addresses.refund(visitor(address))
        self._names.refund(name)
