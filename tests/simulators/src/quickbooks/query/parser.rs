//! The grammar: `SELECT … FROM … [WHERE … AND …] [ORDERBY …] [STARTPOSITION n] [MAXRESULTS n]`.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::super::fault::Fault;
use super::lexer::{Lexeme, Token, is_reserved, tokens};
use super::syntax::{Comparison, Condition, Literal, Order, Select, Statement, Test};

/// Reads one statement.
pub(crate) fn parse(query: &str) -> Result<Statement, Fault> {
    let mut parser = Parser { tokens: tokens(query)?.into_iter().peekable(), column: 1 };
    let statement = parser.statement()?;
    match parser.peek() {
        Lexeme::End => Ok(statement),
        _ => parser.refuse("<EOF>"),
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    column: usize,
}

impl Parser {
    fn statement(&mut self) -> Result<Statement, Fault> {
        self.expect("SELECT")?;
        let select = self.select()?;
        self.expect("FROM")?;
        let mut statement = Statement {
            select,
            entity: self.name()?,
            conditions: Vec::new(),
            order: Vec::new(),
            start: None,
            max: None,
        };
        if self.accept("WHERE") {
            statement.conditions =
                self.separated(|lexeme| is_word(lexeme, "AND"), Self::condition)?;
        }
        if self.accept("ORDERBY") || self.accept("ORDER") {
            // The documentation writes both ORDERBY and ORDER BY.
            self.accept("BY");
            statement.order = self.separated(is_comma, Self::order)?;
        }
        self.window(&mut statement)?;
        Ok(statement)
    }

    fn select(&mut self) -> Result<Select, Fault> {
        if self.accept_sign("*") {
            // Clients ask for fields that `*` leaves out, as in `*, Sku`; ours leaves none out.
            while self.accept_sign(",") {
                self.name()?;
            }
            return Ok(Select::All);
        }
        if self.accept("COUNT") {
            self.expect_sign("(")?;
            self.expect_sign("*")?;
            self.expect_sign(")")?;
            return Ok(Select::Count);
        }
        self.separated(is_comma, Self::name).map(Select::Fields)
    }

    fn condition(&mut self) -> Result<Condition, Fault> {
        let field = self.name()?;
        let test = if self.accept("IN") {
            self.expect_sign("(")?;
            let literals = self.separated(is_comma, Self::literal)?;
            self.expect_sign(")")?;
            Test::In(literals)
        } else if self.accept("LIKE") {
            Test::Like(self.quoted()?)
        } else {
            Test::Compare(self.comparison()?, self.literal()?)
        };
        Ok(Condition { field, test })
    }

    fn comparison(&mut self) -> Result<Comparison, Fault> {
        let comparison = match self.peek() {
            Lexeme::Sign("=") => Comparison::Equal,
            Lexeme::Sign("<") => Comparison::Less,
            Lexeme::Sign("<=") => Comparison::LessOrEqual,
            Lexeme::Sign(">") => Comparison::Greater,
            Lexeme::Sign(">=") => Comparison::GreaterOrEqual,
            _ => return self.refuse("\"=\""),
        };
        self.advance();
        Ok(comparison)
    }

    fn literal(&mut self) -> Result<Literal, Fault> {
        let literal = match self.peek() {
            Lexeme::Text(text) => Some(Literal::Text(text)),
            Lexeme::Number(number) => number.parse().ok().map(Literal::Number),
            Lexeme::Word(word) if word.eq_ignore_ascii_case("true") => Some(Literal::Bool(true)),
            Lexeme::Word(word) if word.eq_ignore_ascii_case("false") => Some(Literal::Bool(false)),
            _ => None,
        };
        let Some(literal) = literal else {
            return self.refuse("<QUOTED_STRING>");
        };
        self.advance();
        Ok(literal)
    }

    fn order(&mut self) -> Result<Order, Fault> {
        let field = self.name()?;
        let descending = self.accept("DESC");
        if !descending {
            self.accept("ASC");
        }
        Ok(Order { field, descending })
    }

    /// STARTPOSITION and MAXRESULTS come in either order.
    fn window(&mut self, statement: &mut Statement) -> Result<(), Fault> {
        loop {
            if statement.start.is_none() && self.accept("STARTPOSITION") {
                statement.start = Some(self.count()?);
            } else if statement.max.is_none() && self.accept("MAXRESULTS") {
                statement.max = Some(self.count()?);
            } else {
                return Ok(());
            }
        }
    }

    fn count(&mut self) -> Result<u64, Fault> {
        if let Lexeme::Number(number) = self.peek()
            && let Ok(count) = number.parse()
        {
            self.advance();
            return Ok(count);
        }
        self.refuse("<NUMBER>")
    }

    fn quoted(&mut self) -> Result<String, Fault> {
        let Lexeme::Text(text) = self.peek() else {
            return self.refuse("<QUOTED_STRING>");
        };
        self.advance();
        Ok(text)
    }

    fn name(&mut self) -> Result<String, Fault> {
        match self.peek() {
            Lexeme::Word(word) if !is_reserved(&word) => {
                self.advance();
                Ok(word)
            }
            _ => self.refuse("<IDENTIFIER>"),
        }
    }

    fn separated<T>(
        &mut self,
        is_separator: impl Fn(&Lexeme) -> bool,
        mut element: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut elements = vec![element(self)?];
        while is_separator(&self.peek()) {
            self.advance();
            elements.push(element(self)?);
        }
        Ok(elements)
    }

    fn expect(&mut self, keyword: &'static str) -> Result<(), Fault> {
        if self.accept(keyword) { Ok(()) } else { self.refuse(keyword) }
    }

    fn expect_sign(&mut self, sign: &'static str) -> Result<(), Fault> {
        if self.accept_sign(sign) { Ok(()) } else { self.refuse(sign) }
    }

    fn accept(&mut self, keyword: &str) -> bool {
        let found = is_word(&self.peek(), keyword);
        if found {
            self.advance();
        }
        found
    }

    fn accept_sign(&mut self, sign: &'static str) -> bool {
        let found = self.peek() == Lexeme::Sign(sign);
        if found {
            self.advance();
        }
        found
    }

    fn peek(&mut self) -> Lexeme {
        let token = self.tokens.peek();
        self.column = token.map_or(self.column, |token| token.column);
        token.map_or(Lexeme::End, |token| token.lexeme.clone())
    }

    fn advance(&mut self) {
        self.tokens.next();
    }

    fn refuse<T>(&mut self, expected: &str) -> Result<T, Fault> {
        let found = self.peek().shown();
        Err(Fault::QueryParse(format!(
            "QueryParserError: Encountered {found} at line 1, column {}.\nWas expecting:\n    {expected} ...\n    ",
            self.column
        )))
    }
}

fn is_word(lexeme: &Lexeme, keyword: &str) -> bool {
    matches!(lexeme, Lexeme::Word(word) if word.eq_ignore_ascii_case(keyword))
}

fn is_comma(lexeme: &Lexeme) -> bool {
    *lexeme == Lexeme::Sign(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(query: &str) -> String {
        match parse(query) {
            Err(Fault::QueryParse(detail)) => detail,
            other => panic!("{query} gave {other:?}"),
        }
    }

    #[test]
    fn a_full_statement_is_read_in_any_case_and_window_order() {
        let statement = parse(
            "select Id, DisplayName from customer where Active in (true, false) and Balance >= 10.5 \
             And DisplayName = 'Amy\\'s' order by DisplayName desc, Id asc maxresults 7 startposition 3",
        );
        let statement = statement.unwrap();
        assert_eq!(
            statement.select,
            Select::Fields(vec!["Id".to_owned(), "DisplayName".to_owned()])
        );
        assert_eq!((statement.start, statement.max), (Some(3), Some(7)));
        assert_eq!(statement.conditions.len(), 3);
        let equal = Test::Compare(Comparison::Equal, Literal::Text("Amy's".to_owned()));
        assert_eq!(statement.conditions[2].test, equal);
        assert!(statement.order[0].descending && !statement.order[1].descending);
    }

    #[test]
    fn the_recorded_parse_error_is_worded_alike() {
        let recorded = "QueryParserError: Encountered \" \"null\" \"NULL \"\" at line 1, column 15.\n\
                        Was expecting:\n    <IDENTIFIER> ...\n    ";
        assert_eq!(refusal("SELECT * FROM NULL"), recorded);
    }

    #[test]
    fn fields_may_be_asked_for_beside_all_of_them() {
        assert_eq!(parse("SELECT *, Sku FROM Item").unwrap().select, Select::All);
    }

    #[test]
    fn what_the_language_does_not_have_is_refused() {
        let foreign = [
            "SELECT * FROM Customer WHERE Id = '1' OR Id = '2'",
            "SELECT * FROM Customer WHERE Id != '1'",
            "SELECT * FROM Customer WHERE DisplayName = 'open",
            "SELECT * FROM Customer WHERE TxnDate > 2020-01-01",
            "SELECT * FROM Customer c JOIN Invoice i",
            "SELECT * FROM Customer GROUP BY Id",
            "SELECT * FROM Customer MAXRESULTS 'ten'",
            "UPDATE Customer",
            "",
        ];
        for query in foreign {
            refusal(query);
        }
    }
}
