"""How a key becomes somebody's: by code, by two-step password and by QR code."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from telethon import password as srp
from telethon.tl import functions, types

from tests.telegram.mtproto import GENERATOR, PRIME, Connection
from tests.telegram.world import World

_TOKEN_LASTS = 30  # seconds
Algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow


class Refusal(Exception):
    """An RPC error, by its name as telethon.errors knows it."""


@dataclass
class Logins:
    """Who is logged in; keys go by their ids."""

    world: World
    authorized: set[int] = field(default_factory=set)
    _half: set[int] = field(default_factory=set)  # keys that lack only the password
    _scanned: set[int] = field(default_factory=set)
    _shown: dict[int, bytes] = field(default_factory=dict)  # the login tokens that keys show as QR codes
    _accepted: set[bytes] = field(default_factory=set)
    _codes: set[str] = field(default_factory=set)
    _challenges: dict[int, tuple[Any, int, int]] = field(default_factory=dict)

    def send_code(self, _caller: Connection, request: Any) -> types.auth.SentCode:
        if request.phone_number.lstrip("+") != self.world.phone.lstrip("+"):
            raise Refusal("PHONE_NUMBER_INVALID")
        if isinstance(request, functions.auth.ResendCodeRequest) and request.phone_code_hash not in self._codes:
            raise Refusal("PHONE_CODE_EXPIRED")
        self._codes.add(issued := secrets.token_hex(9))
        return types.auth.SentCode(types.auth.SentCodeTypeApp(len(self.world.code)), issued, timeout=60)

    def sign_in(self, caller: Connection, request: functions.auth.SignInRequest) -> types.auth.Authorization:
        if request.phone_number.lstrip("+") != self.world.phone.lstrip("+"):
            raise Refusal("PHONE_NUMBER_INVALID")
        if request.phone_code_hash not in self._codes or request.phone_code != self.world.code:
            raise Refusal("PHONE_CODE_INVALID")
        self._codes.discard(request.phone_code_hash)
        return self._enter(_number(caller))

    def enter_bot(self, caller: Connection, request: functions.auth.ImportBotAuthorizationRequest) -> types.auth.Authorization:
        if not self.world.bot_token or request.bot_auth_token != self.world.bot_token:
            raise Refusal("ACCESS_TOKEN_INVALID")
        return self._authorize(_number(caller))

    def get_password(self, _caller: Connection, _request: Any) -> types.account.Password:
        """The challenge of SRP, a new one at each call. https://core.telegram.org/api/srp"""
        new = Algorithm(os.urandom(8), os.urandom(16), GENERATOR, srp.big_num_for_hash(PRIME))
        rest = {"new_algo": new, "new_secure_algo": types.SecurePasswordKdfAlgoUnknown(), "secure_random": os.urandom(256)}
        if self.world.password is None:
            return types.account.Password(**rest)
        algorithm = Algorithm(os.urandom(40), os.urandom(16), GENERATOR, srp.big_num_for_hash(PRIME))
        verifier = pow(GENERATOR, int.from_bytes(srp.compute_hash(algorithm, self.world.password), "big"), PRIME)
        number, secret = secrets.randbits(62), secrets.randbits(256)
        self._challenges[number] = algorithm, verifier, secret
        return types.account.Password(**rest, has_password=True, current_algo=algorithm, srp_B=_half_of(verifier, secret), srp_id=number, hint="the usual")

    def check_password(self, caller: Connection, request: functions.auth.CheckPasswordRequest) -> types.auth.Authorization:
        if _number(caller) not in self._half:
            raise Refusal("AUTH_KEY_UNREGISTERED")
        answer = request.password
        if not isinstance(answer, types.InputCheckPasswordSRP) or answer.srp_id not in self._challenges:
            raise Refusal("SRP_ID_INVALID")
        if _proof(*self._challenges.pop(answer.srp_id), answer.A) != answer.M1:
            raise Refusal("PASSWORD_HASH_INVALID")
        return self._authorize(_number(caller))

    def export_token(self, caller: Connection, _request: Any, now: float) -> Any:
        """A login token for the QR code, or the login that came of the one before."""
        number = _number(caller)
        if number in self.authorized:
            return types.auth.LoginTokenSuccess(types.auth.Authorization(self.world.me))
        if number in self._scanned:
            return types.auth.LoginTokenSuccess(self._enter(number))
        self._shown[number] = os.urandom(32)
        return types.auth.LoginToken(datetime.fromtimestamp(now + _TOKEN_LASTS, UTC), self._shown[number])

    def import_token(self, caller: Connection, request: functions.auth.ImportLoginTokenRequest) -> types.auth.LoginTokenSuccess:
        """A login with a token that was scanned, by whichever key has it: it may have been shown by another data centre."""
        if request.token not in self._accepted:
            raise Refusal("AUTH_TOKEN_INVALID")
        self._accepted.discard(request.token)
        return types.auth.LoginTokenSuccess(self._enter(_number(caller)))

    def scan(self) -> set[int]:
        """The person scans every QR code that is shown; the keys that showed one.

        Raises:
            LookupError: there is none.
        """
        if not self._shown:
            raise LookupError("no QR code was exported")
        shown, self._shown = self._shown, {}
        self._accepted.update(shown.values())
        self._scanned.update(shown)
        return set(shown)

    def log_out(self, caller: Connection, _request: Any) -> types.auth.LoggedOut:
        self.authorized.discard(_number(caller))
        return types.auth.LoggedOut()

    def drop(self) -> None:
        for keys in (self.authorized, self._half, self._shown, self._scanned):
            keys.clear()

    def _enter(self, number: int) -> types.auth.Authorization:
        if self.world.password is not None:
            self._half.add(number)
            raise Refusal("SESSION_PASSWORD_NEEDED")
        return self._authorize(number)

    def _authorize(self, number: int) -> types.auth.Authorization:
        self._half.discard(number)
        self._scanned.discard(number)
        self.authorized.add(number)
        return types.auth.Authorization(self.world.me)


def _half_of(verifier: int, secret: int) -> bytes:
    """B, the server's half of the key that a right password agrees on."""
    multiplier = int.from_bytes(sha256(srp.big_num_for_hash(PRIME) + srp.big_num_for_hash(GENERATOR)).digest(), "big")
    return srp.big_num_for_hash((multiplier * verifier + pow(GENERATOR, secret, PRIME)) % PRIME)


def _proof(algorithm: Algorithm, verifier: int, secret: int, theirs: bytes) -> bytes:
    """M1 as it is where the client knew the password; `theirs` is A."""
    ours = _half_of(verifier, secret)
    mixed = int.from_bytes(sha256(theirs + ours).digest(), "big")
    shared = pow(int.from_bytes(theirs, "big") * pow(verifier, mixed, PRIME), secret, PRIME)
    group = srp.xor(sha256(srp.big_num_for_hash(PRIME)).digest(), sha256(srp.big_num_for_hash(GENERATOR)).digest())
    salts = sha256(algorithm.salt1).digest() + sha256(algorithm.salt2).digest()
    return sha256(group + salts + theirs + ours + sha256(srp.big_num_for_hash(shared)).digest()).digest()


def _number(caller: Connection) -> int:
    assert caller.key
    return caller.key.auth.key_id
