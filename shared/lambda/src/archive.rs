//! Keeping what source systems answered, in an S3 bucket.

use async_trait::async_trait;
use aws_sdk_s3::{Client, primitives::ByteStream};
use clearmargin_app::{Archive, ArchiveError};

/// A bucket.
#[derive(Debug, Clone)]
pub struct S3Archive {
    client: Client,
    bucket: String,
}

impl S3Archive {
    /// Keeps everything in that bucket.
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        Self { client, bucket: bucket.into() }
    }
}

/// What a function has that keeps nothing.
pub(crate) struct NoArchive;

#[async_trait]
impl Archive for NoArchive {
    async fn put(&self, _: &str, _: Vec<u8>) -> Result<(), ArchiveError> {
        Err(ArchiveError("ARCHIVE_BUCKET is not set".into()))
    }
}

#[async_trait]
impl Archive for S3Archive {
    async fn put(&self, key: &str, content: Vec<u8>) -> Result<(), ArchiveError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key);
        let request = request.content_type("application/json").body(ByteStream::from(content));
        request.send().await.map_err(|error| ArchiveError(Box::new(error)))?;
        Ok(())
    }
}
