"""Every setting, with its unit, default and variable. The only reader of the environment."""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path

from limits import parse_many

from engine.feel import LIMITS, Limits
from webapp.errors import ProductError
from webapp.scanning import NO_SCANNER, Scanner

DEFAULT_AGENCY_CODE = "H99.26"
SECRET_FILE = "secret-key"  # noqa: S105  (a file name inside the data folder)
MIN_SECRET_LENGTH = 16  # characters


class ConfigError(ProductError):
    """A setting is missing or cannot be read. The message names the variable."""

    code = "configuration"


class MissingSecretError(ConfigError):
    """There is no secret to sign cookies with. Set it, or let the command line make one."""

    code = "secret_missing"


COUNTING_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


def counting_folder() -> str | None:
    """Return the folder in which the processes of this machine count together, if one is named."""
    return os.environ.get(COUNTING_FOLDER)


def name_counting_folder(folder: Path) -> None:
    """Name that folder to this process and to those it starts."""
    os.environ[COUNTING_FOLDER] = str(folder)


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Where work of the procedures may go: mail server, other machines, folder, broker."""

    smtp_host: str = ""  # none: no e-mail
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True
    smtp_ca_file: str = ""  # of the mail server's certificate; none: the machine's own
    mail_from: str = "motcua@localhost"
    http_hosts: tuple[str, ...] = ()  # lower case, with or without port
    http_private: bool = False  # these hosts may lie in the own network
    output_dir: Path | None = None  # where files are written
    broker_url: str = ""  # of Celery; none: our own workers ask the database


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """The bucket that holds files, where they do not lie in the data folder."""

    name: str = ""  # none: the folder ``files`` of the data folder
    prefix: str = ""  # of every key
    endpoint: str = ""  # address of the store; none: the one of Amazon's region
    region: str = "us-east-1"
    access_key: str = ""  # none: as boto3 finds it
    secret_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one running program; see ``from_env`` for the variables."""

    secret_key: str
    database_url: str = "sqlite:///var/motcua.db"
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    demo: bool = False
    agency_name: str = "UBND phường An Hòa"
    agency_name_en: str = "An Hoa ward People's Committee"
    agency_code: str = DEFAULT_AGENCY_CODE
    agency_address: str = "12 đường Trần Phú, phường An Hòa"
    agency_phone: str = "1900 0000"
    max_upload_bytes: int = 20 * 1024 * 1024  # of one request
    session_idle: timedelta = timedelta(hours=8)
    session_absolute: timedelta = timedelta(hours=12)
    secure_cookies: bool = False  # true where the address begins with https
    rate_limit_storage: str = "memory://"  # where tries are counted; memory: per process
    api_rate: str = "200 per second"  # requests of one API key, in each process
    proxies: int = 0  # in front of the program; their word about addresses is believed
    web_workers: int = 2  # gunicorn processes
    worker_poll_seconds: float = 1.0
    expression_limits: Limits = LIMITS  # what one expression may be and use
    outside: Outside = Outside()
    bucket: Bucket = Bucket()
    scanner: Scanner = NO_SCANNER
    hops: int = 1000  # process instances that one command may move or start
    log_level: str = "INFO"
    log_format: str = "text"  # or json: one object per line
    metrics_token: str = ""  # none: /metrics answers this machine only

    @property
    def metrics_dir(self) -> Path:
        """The folder in which the processes of this machine count together.

        Machines may share the data folder, so it bears the machine's name and the address.
        """
        mine = f"{platform.node()}-{self.host}-{self.port}"
        return self.data_dir / "metrics" / re.sub(r"[^\w.-]", "_", mine)

    @property
    def files_dir(self) -> Path:
        """The folder that holds the bytes of attachments."""
        return self.data_dir / "files"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Config":
        """Return the settings of ``env``; by default those of the process environment.

        Raises ConfigError naming the variable that is missing or malformed. The secret may also be
        in the data folder (``secret-key``)."""
        reader = _Reader(os.environ if env is None else env)
        data_dir = _data_dir(reader)
        host, port = reader.text("HOST", cls.host), reader.integer("PORT", cls.port)
        base_url = reader.text("BASE_URL", f"http://{host}:{port}").rstrip("/")
        return cls(
            secret_key=_secret(reader, data_dir),
            database_url=reader.text("DATABASE_URL", f"sqlite:///{data_dir}/motcua.db"),
            data_dir=data_dir,
            host=host,
            port=port,
            base_url=base_url,
            demo=reader.flag("DEMO"),
            agency_name=reader.text("AGENCY_NAME", cls.agency_name),
            agency_name_en=reader.text("AGENCY_NAME_EN", cls.agency_name_en),
            agency_code=reader.text("AGENCY_CODE", cls.agency_code),
            agency_address=reader.text("AGENCY_ADDRESS", cls.agency_address),
            agency_phone=reader.text("AGENCY_PHONE", cls.agency_phone),
            max_upload_bytes=reader.integer("MAX_UPLOAD_BYTES", cls.max_upload_bytes),
            session_idle=reader.hours("SESSION_IDLE_HOURS", cls.session_idle),
            session_absolute=reader.hours("SESSION_ABSOLUTE_HOURS", cls.session_absolute),
            secure_cookies=base_url.startswith("https://"),
            rate_limit_storage=reader.text("RATE_LIMIT_STORAGE", cls.rate_limit_storage),
            api_rate=reader.rate("API_RATE", cls.api_rate),
            proxies=reader.integer("PROXIES", cls.proxies),
            web_workers=reader.integer("WEB_WORKERS", cls.web_workers),
            worker_poll_seconds=reader.number("WORKER_POLL_SECONDS", cls.worker_poll_seconds),
            expression_limits=reader.limits("EXPRESSION_LIMITS"),
            outside=_outside(reader),
            bucket=_bucket(reader),
            scanner=_scanner(reader),
            hops=reader.integer("HOPS", cls.hops),
            log_level=reader.text("LOG_LEVEL", cls.log_level).upper(),
            log_format=reader.choice("LOG_FORMAT", ("text", "json")),
            metrics_token=reader.text("METRICS_TOKEN", ""),
        )

    @staticmethod
    def data_dir_from_env() -> Path:
        """Return the data folder, known even before there is a secret."""
        return _data_dir(_Reader(os.environ))


class _Reader:
    """Reads ``MOTCUA_*`` variables; an empty one counts as absent."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str, default: str) -> str:
        return self._env.get(f"MOTCUA_{name}", "").strip() or default

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """Read one of ``known``; the first is the default."""
        text = self.text(name, known[0]).lower()
        if text not in known:
            raise ConfigError(
                "MOTCUA_%(name)s must be one of %(known)s", name=name, known=", ".join(known)
            )
        return text

    def flag(self, name: str, default: str = "0") -> bool:
        return self.text(name, default).lower() in {"1", "true", "yes", "on"}

    def integer(self, name: str, default: int) -> int:
        return int(self.number(name, default))

    def number(self, name: str, default: float) -> float:
        text = self.text(name, str(default))
        try:
            return float(text)
        except ValueError as error:
            raise ConfigError(
                "MOTCUA_%(name)s is not a number: %(text)s", name=name, text=text
            ) from error

    def rate(self, name: str, default: str) -> str:
        """Read ``200 per second; 5000 per minute``."""
        text = self.text(name, default)
        try:
            parse_many(text)
        except ValueError as error:
            raise ConfigError(
                "MOTCUA_%(name)s is not a rate such as 200 per second: %(text)s",
                name=name,
                text=text,
            ) from error
        return text

    def limits(self, name: str) -> Limits:
        """Read ``steps=200000 seconds=0.5``; what is not named keeps its default."""
        known = {field.name: type(getattr(LIMITS, field.name)) for field in fields(LIMITS)}
        try:
            given = dict(pair.split("=") for pair in self.text(name, "").split())
            return replace(LIMITS, **{key: known[key](text) for key, text in given.items()})
        except (KeyError, ValueError) as error:
            raise ConfigError(
                "MOTCUA_%(name)s must be pairs such as steps=200000; known are: %(known)s",
                name=name,
                known=", ".join(known),
            ) from error

    def hours(self, name: str, default: timedelta) -> timedelta:
        return timedelta(hours=self.number(name, default / timedelta(hours=1)))


def _data_dir(reader: _Reader) -> Path:
    return Path(reader.text("DATA_DIR", "var"))


def _outside(reader: _Reader) -> Outside:
    folder = reader.text("OUTPUT_DIR", "")
    return Outside(
        smtp_host=reader.text("SMTP_HOST", ""),
        smtp_port=reader.integer("SMTP_PORT", Outside.smtp_port),
        smtp_user=reader.text("SMTP_USER", ""),
        smtp_password=reader.text("SMTP_PASSWORD", ""),
        smtp_starttls=reader.flag("SMTP_STARTTLS", default="1"),
        smtp_ca_file=reader.text("SMTP_CA_FILE", ""),
        mail_from=reader.text("MAIL_FROM", Outside.mail_from),
        http_hosts=tuple(reader.text("HTTP_HOSTS", "").lower().replace(",", " ").split()),
        http_private=reader.flag("HTTP_PRIVATE"),
        output_dir=Path(folder) if folder else None,
        broker_url=reader.text("BROKER_URL", ""),
    )


def _scanner(reader: _Reader) -> Scanner:
    clamd = reader.text("SCAN_CLAMD", "")
    if clamd and not clamd.startswith("/") and not clamd.rpartition(":")[2].isdigit():
        raise ConfigError(
            "MOTCUA_SCAN_CLAMD is not an address such as 127.0.0.1:3310: %(text)s", text=clamd
        )
    return Scanner(
        command=reader.text("SCAN_COMMAND", ""),
        clamd=clamd,
        holds=reader.choice("SCAN_DOWN", ("refuse", "hold")) == "hold",
        seconds=reader.number("SCAN_SECONDS", Scanner.seconds),
    )


def _bucket(reader: _Reader) -> Bucket:
    return Bucket(
        name=reader.text("S3_BUCKET", ""),
        prefix=reader.text("S3_PREFIX", ""),
        endpoint=reader.text("S3_ENDPOINT", ""),
        region=reader.text("S3_REGION", Bucket.region),
        access_key=reader.text("S3_ACCESS_KEY", ""),
        secret_key=reader.text("S3_SECRET_KEY", ""),
    )


def _secret(reader: _Reader, data_dir: Path) -> str:
    secret = reader.text("SECRET_KEY", "")
    kept = data_dir / SECRET_FILE
    if not secret and kept.is_file():
        secret = kept.read_text(encoding="ascii").strip()
    if len(secret) < MIN_SECRET_LENGTH:
        raise MissingSecretError(
            "MOTCUA_SECRET_KEY is missing or shorter than %(length)s characters",
            length=MIN_SECRET_LENGTH,
        )
    return secret
