//! The query language of `GET` and `POST /query`.

mod lexer;
mod parser;
mod run;
mod syntax;

pub(crate) use run::{run, wants_inner_page};
