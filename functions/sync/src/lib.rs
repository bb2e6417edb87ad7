//! The worker that reads source systems page by page.
