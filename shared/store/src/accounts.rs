//! Accounts: what people sign in with. They belong to people, not to organisations, so they stand
//! outside the tenants' partitions, and only [`Directory`] and [`Change`] reach them.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use clearmargin_domain::{
    id::{OrgId, UserId},
    identity::{Account, Email, Name, User},
};
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    change::Change,
    directory::{Directory, Login, login_key},
    entity::{Entity as _, Stored},
    error::{Conflict, StoreError, translate},
    item::{self, Item},
    key,
};

const KIND: &str = "account";

fn to_item(account: &Account, version: u64) -> Result<Item, StoreError> {
    let envelope = item::Envelope {
        key: &key::account(account.id),
        indexes: Vec::new(),
        kind: KIND,
        shape: 1,
        version,
        expires_at: None,
    };
    item::write(envelope, account)
}

fn from_item(item: Item) -> Result<Stored<Account>, StoreError> {
    let version = item::version(&item);
    Ok(Stored { value: item::read(item, KIND, 1, |_, doc| doc)?, version })
}

impl Directory<'_> {
    /// A person's account.
    pub async fn account(&self, user: UserId) -> Result<Option<Stored<Account>>, StoreError> {
        let item = self.store.get_item(&key::account(user)).await?;
        item.map(from_item).transpose()
    }

    /// The account with that sign-in address. An address that nobody has costs the same reads as
    /// one that somebody has.
    pub async fn account_of(&self, email: &Email) -> Result<Option<Stored<Account>>, StoreError> {
        self.account_behind(self.login(email).await?).await
    }

    /// The account with the address of that hash (see [`Directory::address_hash`]).
    pub async fn account_of_hash(&self, hash: &str) -> Result<Option<Stored<Account>>, StoreError> {
        self.account_behind(self.login_of_hash(hash).await?).await
    }

    async fn account_behind(
        &self,
        login: Option<Login>,
    ) -> Result<Option<Stored<Account>>, StoreError> {
        let user = login.map_or_else(|| UserId::derived(&["nobody"]), |login| login.user);
        match (self.account(user).await?, login.and_then(|login| login.org)) {
            (None, Some(org)) => self.adopt(org, user).await,
            (account, _) => Ok(account),
        }
    }

    /// Before there were accounts, a user's record held the password: makes the account of it.
    async fn adopt(&self, org: OrgId, user: UserId) -> Result<Option<Stored<Account>>, StoreError> {
        let Some(item) = self.store.get_item(&User::key(org, user)).await? else {
            return Ok(None);
        };
        let earlier: EarlierUser = item::read(item, User::KIND, User::SHAPE, |_, doc| doc)?;
        let account = earlier.account(org);
        let put = self.store.client.put_item().table_name(&self.store.table);
        let put = put.set_item(Some(to_item(&account, 1)?));
        let put = put.condition_expression("attribute_not_exists(pk)").send();
        match put.await.map_err(translate) {
            // Somebody else has just adopted it.
            Ok(_) | Err(StoreError::Conflict(Conflict::Version)) => self.account(user).await,
            Err(error) => Err(error),
        }
    }
}

/// A user's record of shape 1.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EarlierUser {
    id: UserId,
    email: Email,
    first_name: Name,
    last_name: Name,
    password_hash: String,
    created_at: Timestamp,
}

impl EarlierUser {
    fn account(self, org: OrgId) -> Account {
        let names = (self.first_name, self.last_name);
        let account = Account::new(self.id, self.email, names, self.password_hash, self.created_at);
        Account { organizations: vec![org], ..account }
    }
}

impl Change<'_> {
    /// Adds an account; the change fails with [`Conflict::Unique`] when its address is taken.
    pub fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.claim(Login::item(&account.email, account.id)?)?;
        self.claim(to_item(account, 1)?)
    }

    /// Replaces an account that must still be as it was read. Its address stays.
    pub fn update_account(
        &mut self,
        old: &Stored<Account>,
        new: &Account,
    ) -> Result<(), StoreError> {
        let put = Put::builder()
            .table_name(&self.tenant.store.table)
            .set_item(Some(to_item(new, old.version + 1)?))
            .condition_expression("v = :expected")
            .expression_attribute_values(":expected", AttributeValue::N(old.version.to_string()));
        let put = put.build().map(|put| TransactWriteItem::builder().put(put).build());
        self.push(put, Conflict::Version)
    }

    /// Removes an account that must still be as it was read; its address is free again.
    pub fn remove_account(&mut self, old: &Stored<Account>) -> Result<(), StoreError> {
        let delete = |key: key::Key| {
            Delete::builder()
                .table_name(&self.tenant.store.table)
                .set_key(Some(Item::from(key.attributes())))
        };
        let account = delete(key::account(old.id))
            .condition_expression("v = :expected")
            .expression_attribute_values(":expected", AttributeValue::N(old.version.to_string()))
            .build();
        let login = delete(login_key(&old.email)).build();
        for delete in [account, login] {
            let action = delete.map(|delete| TransactWriteItem::builder().delete(delete).build());
            self.push(action, Conflict::Version)?;
        }
        Ok(())
    }
}
