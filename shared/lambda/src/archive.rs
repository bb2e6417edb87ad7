//! Keeping what source systems answered, in an S3 bucket.

use async_trait::async_trait;
use aws_sdk_s3::{Client, error::ProvideErrorMetadata as _, primitives::ByteStream};
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

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ArchiveError {
    ArchiveError(error.into())
}

/// What a function has that keeps nothing.
pub(crate) struct NoArchive;

fn unset() -> ArchiveError {
    ArchiveError("ARCHIVE_BUCKET is not set".into())
}

#[async_trait]
impl Archive for NoArchive {
    async fn put(&self, _: &str, _: Vec<u8>) -> Result<(), ArchiveError> {
        Err(unset())
    }

    async fn put_new(&self, _: &str, _: Vec<u8>) -> Result<bool, ArchiveError> {
        Err(unset())
    }

    async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        Err(unset())
    }

    async fn remove_all(&self, _: &str) -> Result<(), ArchiveError> {
        Err(ArchiveError("ARCHIVE_BUCKET is not set".into()))
    }
}

#[async_trait]
impl Archive for S3Archive {
    async fn put(&self, key: &str, content: Vec<u8>) -> Result<(), ArchiveError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key);
        let request = request.content_type("application/json").body(ByteStream::from(content));
        request.send().await.map_err(failed)?;
        Ok(())
    }

    async fn remove_all(&self, prefix: &str) -> Result<(), ArchiveError> {
        loop {
            let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
            let page = list.send().await.map_err(failed)?;
            if page.contents().is_empty() {
                return Ok(());
            }
            for object in page.contents() {
                let delete = self.client.delete_object().bucket(&self.bucket);
                delete.key(object.key().unwrap_or_default()).send().await.map_err(failed)?;
            }
        }
    }

    async fn put_new(&self, key: &str, content: Vec<u8>) -> Result<bool, ArchiveError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).if_none_match("*");
        let request = request.content_type("application/x-ndjson");
        match request.body(ByteStream::from(content)).send().await {
            Ok(_) => Ok(true),
            // Another one is there, or is being put there right now.
            Err(error)
                if matches!(
                    error.code(),
                    Some("PreconditionFailed" | "ConditionalRequestConflict")
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(ArchiveError(Box::new(error))),
        }
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let found = match request.send().await {
            Ok(found) => found,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(ArchiveError(Box::new(error))),
        };
        let bytes = found.body.collect().await.map_err(|error| ArchiveError(Box::new(error)))?;
        Ok(Some(bytes.to_vec()))
    }
}
