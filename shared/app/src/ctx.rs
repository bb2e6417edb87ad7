//! On whose behalf a use case runs, and with what.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use clearmargin_domain::{
    access::{Action, Grant, Role},
    audit::{Actor, AuditEntry},
    id::{AuditId, OrgId, OutboxId, SessionId, UserId},
    job::{Envelope, Job},
};
use clearmargin_store::{Change, Conflict, Once, Store, StoreError, Tenant};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Archive, Clock, Entropy, Error, Http, Mailer, Queue, Rephraser, Vault, identity::AccessCache,
    keys::Tokens,
};

/// Where the source systems are, and who we are to them.
#[derive(Debug, Clone)]
pub struct Upstreams {
    /// SuperOps' GraphQL endpoint.
    pub superops_url: String,
    /// Requests a minute that a SuperOps connection may make.
    pub superops_per_minute: u32,
    /// QuickBooks' accounting API.
    pub quickbooks_api_url: String,
    /// QuickBooks' page where a person consents.
    pub quickbooks_authorize_url: String,
    /// QuickBooks' token endpoints.
    pub quickbooks_token_url: String,
    /// Where QuickBooks ends tokens.
    pub quickbooks_revoke_url: String,
    /// Requests a minute that a QuickBooks connection may make.
    pub quickbooks_per_minute: u32,
    /// How long to leave a source alone that says it was asked too often, but not for how long.
    pub rest: Duration,
    /// Our client id at Intuit.
    pub quickbooks_client_id: String,
    /// Our client secret at Intuit.
    pub quickbooks_client_secret: clearmargin_domain::secret::Secret,
    /// Where this API is reachable: consent comes back there.
    pub public_url: String,
}

/// What is known of a request before anybody is known.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Its id.
    pub request_id: String,
    /// Where it comes from, as far as that can be known.
    pub address: Option<IpAddr>,
    /// What it was made with, as that names itself.
    pub user_agent: Option<String>,
}

/// Everything that use cases work with; made once per process.
#[derive(Clone)]
pub struct App {
    /// The table.
    pub store: Store,
    /// Orders to workers.
    pub queue: Arc<dyn Queue>,
    /// Sealing of secrets.
    pub vault: Arc<dyn Vault>,
    /// What source systems answered.
    pub archive: Arc<dyn Archive>,
    /// Mail to people.
    pub mailer: Arc<dyn Mailer>,
    /// What puts texts in other words; nothing where no language model is used.
    pub rephraser: Option<Arc<dyn Rephraser>>,
    /// Where the dashboard is: links in mails lead there.
    pub dashboard_url: Option<String>,
    /// What was read about callers lately.
    pub access: AccessCache,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Access tokens.
    pub tokens: Tokens,
    /// HTTP to source systems.
    pub http: Http,
    /// Where they are.
    pub upstreams: Upstreams,
}

impl App {
    /// A fresh random number.
    pub fn random(&self) -> u128 {
        let bytes = self.entropy.bytes();
        bytes.iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
    }

    /// A message to workers that no change causes.
    pub(crate) fn message(&self, org: OrgId, request_id: &str, job: Job) -> Envelope {
        let now = self.clock.now();
        Envelope {
            id: OutboxId::new(now, self.random()),
            version: Envelope::VERSION,
            org_id: org,
            occurred_at: now,
            request_id: request_id.to_owned(),
            job,
        }
    }

    /// The context of a worker that carries out a message.
    pub fn for_message(&self, message: &Envelope) -> Ctx {
        self.for_system(message.org_id, &message.request_id)
    }

    /// The context of a person who is not signed in yet, but known by now.
    pub(crate) fn for_visitor(&self, org: OrgId, user: UserId, visit: &Visit) -> Ctx {
        Ctx { actor: Actor::User(user), ..self.for_system(org, &visit.request_id) }
    }

    /// The context of a worker or a schedule.
    pub fn for_system(&self, org: OrgId, request_id: &str) -> Ctx {
        Ctx {
            app: self.clone(),
            org,
            actor: Actor::System,
            session: None,
            grant: Grant::Role(Role::Owner),
            now: self.clock.now(),
            request_id: request_id.to_owned(),
            idempotency: None,
        }
    }
}

/// What the caller said to make a request safe to repeat.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// The caller's key, the route and the caller.
    pub key: String,
    /// A hash of the request's body.
    pub fingerprint: String,
    /// Whether the answer is that of an earlier request.
    replayed: Arc<AtomicBool>,
}

impl Idempotency {
    /// A request under that key, with that question.
    pub fn new(key: String, fingerprint: String) -> Self {
        Self { key, fingerprint, replayed: Arc::default() }
    }

    /// Whether the answer given was that of an earlier request.
    pub fn was_replayed(&self) -> bool {
        self.replayed.load(Ordering::Relaxed)
    }
}

/// On whose behalf a use case runs. The tenant comes from the verified token, never from a path or
/// a body.
#[derive(Clone)]
pub struct Ctx {
    /// What to work with.
    pub app: App,
    /// The tenant.
    pub org: OrgId,
    /// Who acts.
    pub actor: Actor,
    /// In which session, if it is a person.
    pub session: Option<SessionId>,
    /// What the caller may do.
    pub grant: Grant,
    /// When; one moment for the whole use case.
    pub now: Timestamp,
    /// The request or message that caused it.
    pub request_id: String,
    /// What makes a request safe to repeat, if the caller said so.
    pub idempotency: Option<Idempotency>,
}

impl Ctx {
    /// The tenant's records.
    pub fn tenant(&self) -> Tenant<'_> {
        self.app.store.tenant(self.org)
    }

    /// Whether the caller may do that.
    pub fn may(&self, action: Action) -> bool {
        self.grant.may(action)
    }

    /// Goes on only if the caller may do that.
    pub fn require(&self, action: Action) -> Result<(), Error> {
        if self.may(action) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The audit row of a change.
    pub fn audit(&self, action: &str, subject: impl Into<String>, detail: Value) -> AuditEntry {
        AuditEntry {
            version: AuditEntry::VERSION,
            id: AuditId::new(self.now, self.app.random()),
            at: self.now,
            actor: self.actor,
            action: action.to_owned(),
            subject: subject.into(),
            request_id: self.request_id.clone(),
            detail,
        }
    }

    /// The answer given when the same request was carried out before. Asked first, before anything
    /// that the request itself may have changed is looked at.
    pub async fn replay<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let Some(asked) = &self.idempotency else {
            return Ok(None);
        };
        let Some(once) = self.tenant().once(&asked.key, self.now).await? else {
            return Ok(None);
        };
        if once.fingerprint != asked.fingerprint {
            return Err(Error::KeyReused);
        }
        asked.replayed.store(true, Ordering::Relaxed);
        serde_json::from_str(&once.answer).map(Some).map_err(Error::internal)
    }

    /// Carries out a change that a request asks for, and remembers its answer in the same
    /// transaction. When the same request got there first, its answer is given and nothing is
    /// changed.
    pub async fn commit<T: Serialize + DeserializeOwned>(
        &self,
        mut change: Change<'_>,
        answer: T,
    ) -> Result<T, Error> {
        if let Some(once) = self.once(&answer)? {
            change.once(&once)?;
        }
        match change.commit().await {
            Ok(()) => Ok(answer),
            // Two of the same request meet at any of the records that both would write.
            Err(met @ (StoreError::Conflict(_) | StoreError::Busy)) => {
                self.replay().await?.ok_or_else(|| self.beaten(met))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The error of a change that met another one whose answer is not there.
    fn beaten(&self, met: StoreError) -> Error {
        match (&self.idempotency, met) {
            (Some(_), StoreError::Busy | StoreError::Conflict(Conflict::Once)) => {
                Error::conflict("in_progress", "the same request is being carried out; try again")
            }
            (_, met) => met.into(),
        }
    }

    /// The record that this request was carried out with that answer, for its own transaction.
    pub(crate) fn once<T: Serialize>(&self, answer: &T) -> Result<Option<Once>, Error> {
        let Some(asked) = &self.idempotency else {
            return Ok(None);
        };
        let answer = serde_json::to_string(answer).map_err(Error::internal)?;
        let (key, fingerprint) = (asked.key.clone(), asked.fingerprint.clone());
        Ok(Some(Once { key, fingerprint, answer, at: self.now }))
    }
}
