//! Sentences around figures.

use clearmargin_domain::{analysis::Kept, id::ClientId};

use super::{
    figure::{Figure, Value},
    gate::{self, Refusal},
};

/// What a client is called that is gone since.
const GONE: &str = "a client that is gone";

/// A piece of a paragraph; figures and clients by their place among their like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Text(&'static str),
    Figure(usize),
    Client(usize),
}

/// Sentences, with the figures that they say and the clients that they name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraph {
    pieces: Vec<Piece>,
    figures: Vec<Figure>,
    clients: Vec<ClientId>,
}

/// A paragraph with a sign in place of each figure and each name: all that anybody else is given of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

impl Template {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its SHA-256, in hexadecimal digits.
    pub fn hash(&self) -> String {
        Kept::of(self.0.as_bytes()).sha256
    }
}

impl Paragraph {
    /// Text that follows. It stands in the program: what people wrote cannot get here.
    #[must_use]
    pub(super) fn says(mut self, text: &'static str) -> Self {
        self.pieces.push(Piece::Text(text));
        self
    }

    /// A figure that follows, with its sign.
    #[must_use]
    pub(super) fn figure(self, name: &'static str, value: Value) -> Self {
        self.with(Figure::new(name, value))
    }

    /// A figure that follows, whose sign the sentence says.
    #[must_use]
    pub(super) fn size(self, name: &'static str, value: Value) -> Self {
        self.with(Figure::size(name, value))
    }

    fn with(mut self, figure: Figure) -> Self {
        self.pieces.push(Piece::Figure(self.figures.len()));
        self.figures.push(figure);
        self
    }

    /// A client that is named.
    #[must_use]
    pub(super) fn client(mut self, client: ClientId) -> Self {
        self.pieces.push(Piece::Client(self.clients.len()));
        self.clients.push(client);
        self
    }

    /// The figures, in the order in which they are said.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// The clients, in the order in which they are named.
    pub fn clients(&self) -> &[ClientId] {
        &self.clients
    }

    /// The paragraph without figures and names.
    pub fn template(&self) -> Template {
        let signs = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => (*text).to_owned(),
            Piece::Figure(at) => format!("[[F{}]]", at + 1),
            Piece::Client(at) => format!("[[N{}]]", at + 1),
        });
        Template(signs.collect())
    }

    /// The paragraph as it is read, with what its clients are called.
    pub fn text(&self, name: &dyn Fn(ClientId) -> String) -> String {
        self.filled(self.pieces.iter().copied(), name)
    }

    /// The paragraph in these other words, which have signs in place of figures and names; refused unless they
    /// pass the gate.
    pub fn retold(
        &self,
        candidate: &str,
        name: &dyn Fn(ClientId) -> String,
    ) -> Result<String, Refusal> {
        let template = self.template();
        gate::check(&template, candidate)?;
        // Whatever passes has the signs of the template, in its order.
        let own = self.pieces.iter().filter(|piece| !matches!(piece, Piece::Text(_)));
        let mut rest = candidate;
        let mut text = String::new();
        for piece in own {
            let (before, after) = gate::split(rest).ok_or(Refusal::Meaning)?;
            text.push_str(before);
            self.put(&mut text, *piece, name);
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }

    fn filled(
        &self,
        pieces: impl Iterator<Item = Piece>,
        name: &dyn Fn(ClientId) -> String,
    ) -> String {
        let mut text = String::new();
        for piece in pieces {
            self.put(&mut text, piece, name);
        }
        text
    }

    fn put(&self, text: &mut String, piece: Piece, name: &dyn Fn(ClientId) -> String) {
        match piece {
            Piece::Text(own) => text.push_str(own),
            Piece::Figure(at) => {
                text.push_str(self.figures.get(at).map_or("", |figure| figure.words.as_str()));
            }
            Piece::Client(at) => {
                let called = self.clients.get(at).map(|client| name(*client)).unwrap_or_default();
                text.push_str(&quoted(&called));
            }
        }
    }
}

/// A name in quotation marks, so that it is not read as part of the sentence, whatever it says.
pub(super) fn quoted(name: &str) -> String {
    let name: String = name.chars().filter(|it| !is_hidden(*it)).map(unquoted).collect();
    match name.trim() {
        "" => GONE.to_owned(),
        name => format!("\u{201c}{name}\u{201d}"),
    }
}

/// Whether a character has no shape of its own and can change how others are read: controls, marks of
/// direction, breaks of lines, and joiners.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// Quotation marks like ours become plain ones, so that a name does not end early.
fn unquoted(character: char) -> char {
    if matches!(character, '\u{201c}' | '\u{201d}') { '"' } else { character }
}

#[cfg(test)]
mod tests {
    use clearmargin_domain::money::{Currency, Money};
    use jiff::Timestamp;

    use super::*;

    fn client(number: u128) -> ClientId {
        ClientId::new(Timestamp::UNIX_EPOCH, number)
    }

    fn dearest() -> Paragraph {
        let amount = Value::Money(Money::new(123_456, Currency::USD));
        let of = Paragraph::default().says("The dearest leak is ").figure("dearest", amount);
        of.says(", of ").client(client(1)).says(".")
    }

    #[test]
    fn figures_and_names_are_put_where_their_signs_stand() {
        let of = dearest();
        assert_eq!(of.template().as_str(), "The dearest leak is [[F1]], of [[N1]].");
        let name = |_| "Client 1".to_owned();
        assert_eq!(
            of.text(&name),
            "The dearest leak is USD 1,234.56, of \u{201c}Client 1\u{201d}."
        );
        let retold = of.retold("The largest leak was [[F1]], with [[N1]].", &name).unwrap();
        assert_eq!(retold, "The largest leak was USD 1,234.56, with \u{201c}Client 1\u{201d}.");
    }

    #[test]
    fn a_name_is_never_part_of_the_sentence() {
        let names = [
            ("[[F1]]", "\u{201c}[[F1]]\u{201d}"),
            ("a\u{201d} and more", "\u{201c}a\" and more\u{201d}"),
            ("\u{202e}txt.exe\n", "\u{201c}txt.exe\u{201d}"),
            ("", GONE),
            (" \u{200b} ", GONE),
        ];
        for (name, wanted) in names {
            let text = dearest().text(&|_| name.to_owned());
            assert_eq!(text, format!("The dearest leak is USD 1,234.56, of {wanted}."));
            let same = dearest().retold(dearest().template().as_str(), &|_| name.to_owned());
            assert_eq!(same, Ok(text));
        }
    }

    #[test]
    fn the_hash_is_of_the_words_alone() {
        let other = Value::Money(Money::new(1, "EUR".parse().unwrap()));
        let of = Paragraph::default().says("The dearest leak is ").figure("dearest", other);
        let of = of.says(", of ").client(client(2)).says(".");
        assert_eq!(of.template().hash(), dearest().template().hash());
        assert_ne!(of.clone().says(" It is new.").template().hash(), of.template().hash());
    }
}
