"""Files in a bucket of an S3-compatible store (``MOTCUA_S3_BUCKET``)."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import boto3
from botocore.config import Config as BotoConfig
from botocore.exceptions import ClientError

from webapp.config import Bucket
from webapp.filestore import FileStore, StoredFile

MEMORY_BYTES = 1024**2  # a larger file is read through the disk
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class ObjectStore(FileStore):
    """The same promises as the folder: written once, named by sha256, never changed.

    A file is checked and hashed on this machine's disk before it goes to the store.
    """

    def __init__(self, bucket: Bucket, incoming: Path) -> None:
        super().__init__(incoming)
        self._bucket = bucket
        self._client = boto3.client(
            "s3",
            endpoint_url=bucket.endpoint or None,
            region_name=bucket.region,
            aws_access_key_id=bucket.access_key or None,
            aws_secret_access_key=bucket.secret_key or None,
            config=BotoConfig(retries={"max_attempts": 3}, connect_timeout=5, read_timeout=30),
        )

    def put(self, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
        """Keep the bytes of ``chunks``. Raises FileTooLargeError beyond ``max_bytes``."""
        kept = super().put(chunks, max_bytes=max_bytes)
        path = self.path(kept.sha256)
        try:
            if not self._is_there(kept.sha256):
                self._client.upload_file(str(path), self._bucket.name, self._key(kept.sha256))
        finally:
            path.unlink(missing_ok=True)
        return kept

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes with that hash, to be closed. Raises FileNotFoundError."""
        try:
            answer = self._client.get_object(Bucket=self._bucket.name, Key=self._key(sha256))
        except ClientError as error:
            raise _as_missing(error, sha256) from error
        spool = tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115  (given away)
        shutil.copyfileobj(answer["Body"], spool)
        spool.seek(0)
        return spool  # type: ignore[return-value]  # it has all that a BinaryIO has

    def size(self, sha256: str) -> int:
        """Return how many bytes there are. Raises FileNotFoundError."""
        try:
            found = self._client.head_object(Bucket=self._bucket.name, Key=self._key(sha256))
        except ClientError as error:
            raise _as_missing(error, sha256) from error
        return int(found["ContentLength"])

    def delete(self, sha256: str) -> None:
        """Forget the bytes with that hash; what is not there is no error."""
        self._client.delete_object(Bucket=self._bucket.name, Key=self._key(sha256))

    def _is_there(self, sha256: str) -> bool:
        try:
            self.size(sha256)
        except FileNotFoundError:
            return False
        return True

    def _key(self, sha256: str) -> str:
        return f"{self._bucket.prefix}{sha256[:2]}/{sha256}"


def _as_missing(error: ClientError, sha256: str) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    return FileNotFoundError(sha256) if code in _MISSING else error
