"""Where the bytes of files lie: a folder, or a bucket of an S3-compatible store."""

from functools import lru_cache

from webapp.config import Config
from webapp.filestore import FileStore


@lru_cache(maxsize=8)
def file_store(config: Config) -> FileStore:
    """Return the store that the settings name. Raises ConfigError where it cannot be used."""
    if not config.bucket.name:
        return FileStore(config.files_dir)
    from webapp.objectstore import ObjectStore  # noqa: PLC0415  (boto3 is an extra)

    return ObjectStore(config.bucket, config.data_dir / "incoming")
