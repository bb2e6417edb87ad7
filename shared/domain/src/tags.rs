//! What things are filed under.

use serde::{Deserialize, Serialize};

use crate::text::Line;

/// An organisation's own word to file things under.
pub type Tag = Line<40>;

/// How many tags there may be.
pub const MAX_TAGS: usize = 20;

/// There are more tags than [`MAX_TAGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected at most {MAX_TAGS} tags")]
pub struct TooManyTags;

/// Tags: each once, whatever its case, in the order in which they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Tag>", into = "Vec<Tag>")]
pub struct Tags(Vec<Tag>);

impl Tags {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tags.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Tag::as_str)
    }

    /// Whether a tag is among them, whatever its case.
    pub fn contains(&self, tag: &str) -> bool {
        let wanted = tag.trim().to_lowercase();
        self.iter().any(|tag| tag.to_lowercase() == wanted)
    }

    /// These and one more.
    pub fn with(&self, tag: Tag) -> Result<Self, TooManyTags> {
        self.0.iter().cloned().chain([tag]).collect::<Vec<_>>().try_into()
    }
}

impl TryFrom<Vec<Tag>> for Tags {
    type Error = TooManyTags;

    fn try_from(tags: Vec<Tag>) -> Result<Self, TooManyTags> {
        let mut all = Self::default();
        for tag in tags {
            if !all.contains(tag.as_str()) {
                all.0.push(tag);
            }
        }
        if all.0.len() <= MAX_TAGS { Ok(all) } else { Err(TooManyTags) }
    }
}

impl From<Tags> for Vec<Tag> {
    fn from(tags: Tags) -> Self {
        tags.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(texts: &[&str]) -> Result<Tags, TooManyTags> {
        texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Tag>>().try_into()
    }

    #[test]
    fn a_tag_is_there_once_whatever_its_case() {
        let found = tags(&["VIP", "vip", "Server"]).unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), ["VIP", "Server"]);
        assert!(found.contains(" SERVER ") && !found.contains("serve"));
        assert_eq!(found.with("Vip".parse().unwrap()), Ok(found.clone()));
    }

    #[test]
    fn there_are_twenty_tags_at_most() {
        let texts: Vec<_> = (0..=MAX_TAGS).map(|number| number.to_string()).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        assert!(tags(&texts[1..]).is_ok());
        assert_eq!(tags(&texts), Err(TooManyTags));
        assert_eq!(tags(&texts[1..]).unwrap().with("new".parse().unwrap()), Err(TooManyTags));
    }
}
