//! The second factor: codes of six digits from an app (TOTP, RFC 6238: SHA-1, 30 seconds, one step
//! of grace either way), and recovery codes for when the app is lost.

use clearmargin_domain::{
    id::UserId,
    identity::{Account, Password, RecoveryCode, SecondFactor, SecretHash},
    secret::Secret,
};
use clearmargin_store::Stored;
use serde_json::Value;
use totp_rs::{Builder, Secret as Shared, Totp};

use super::{account_of, limits, password};
use crate::{App, Ctx, Error};

/// Bytes of the shared secret (RFC 4226, 4: 160 bits recommended).
const SECRET_BYTES: usize = 20;
const RECOVERY_CODES: usize = 10;
/// The letters of recovery codes: none that looks like another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What an app needs to make codes.
#[derive(Debug)]
pub struct Enrolment {
    /// The shared secret, in base 32.
    pub secret: Secret,
    /// The same as an address that apps read from a QR code.
    pub uri: Secret,
}

fn context(user: UserId) -> String {
    format!("second-factor/{user}")
}

fn totp(secret: &[u8]) -> Result<Totp, Error> {
    Builder::new().with_secret(Shared::from(secret)).build().map_err(Error::internal)
}

/// Begins: makes a secret for an app. It does not count until the app has proved that it has it.
pub async fn enrol(ctx: &Ctx, typed: Password) -> Result<Enrolment, Error> {
    let account = account_of(ctx).await?;
    confirm_password(ctx, &account, typed).await?;
    if account.second_factor.as_ref().is_some_and(SecondFactor::counts) {
        return Err(Error::conflict(
            "second_factor_on",
            "a second factor is on; turn it off first",
        ));
    }
    let random = ctx.app.entropy.bytes();
    let secret = random.get(..SECRET_BYTES).unwrap_or(&random);
    let sealed_secret = ctx.app.vault.seal(&context(account.id), secret).await?;
    let factor =
        SecondFactor { sealed_secret, confirmed_at: None, last_step: 0, recovery_codes: vec![] };
    let text = Shared::from(secret).to_base32();
    let uri = format!(
        "otpauth://totp/Clearmargin:{}?secret={text}&issuer=Clearmargin",
        account.email.as_str()
    );
    save(ctx, &account, "secondFactor.begun", Some(factor)).await?;
    Ok(Enrolment { secret: Secret::new(text), uri: Secret::new(uri) })
}

/// Turns the second factor on, once the app has made a right code; the recovery codes, shown once.
pub async fn confirm(ctx: &Ctx, code: &str) -> Result<Vec<Secret>, Error> {
    let account = account_of(ctx).await?;
    let factor = account.second_factor.clone().filter(|factor| !factor.counts());
    let none = || Error::conflict("second_factor_not_begun", "begin a second factor first");
    let mut factor = factor.ok_or_else(none)?;
    limits::own_password(&ctx.app, account.id).await?;
    let step = step_of(&ctx.app, account.id, &factor, code).await?;
    factor.last_step = step.ok_or_else(|| Error::invalid("code", "the code is wrong"))?;
    factor.confirmed_at = Some(ctx.now);
    let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| recovery_code(&ctx.app)).collect();
    factor.recovery_codes = codes.iter().map(|code| hashed(code.expose())).collect();
    save(ctx, &account, "secondFactor.turnedOn", Some(factor)).await?;
    Ok(codes)
}

/// Turns it off.
pub async fn turn_off(ctx: &Ctx, typed: Password) -> Result<(), Error> {
    let account = account_of(ctx).await?;
    confirm_password(ctx, &account, typed).await?;
    if account.second_factor.is_none() {
        return Err(Error::NotFound("second factor"));
    }
    save(ctx, &account, "secondFactor.turnedOff", None).await
}

/// Goes on only if the account has no second factor, or the code is right; the account as it is
/// after the code was used.
pub(crate) async fn pass(
    app: &App,
    account: &Account,
    code: Option<&str>,
) -> Result<Account, Error> {
    let mut account = account.clone();
    let Some(factor) = account.second_factor.as_mut().filter(|factor| factor.counts()) else {
        return Ok(account);
    };
    let code = code.ok_or(Error::SecondFactorRequired)?;
    if let Some(step) = step_of(app, account.id, factor, code).await? {
        factor.last_step = step;
        return Ok(account);
    }
    let code = hashed(&normal(code));
    let place = factor.recovery_codes.iter().position(|known| *known == code);
    factor.recovery_codes.remove(place.ok_or(Error::BadSecondFactor)?);
    Ok(account)
}

/// The time step that a code is of, if it is right and newer than the last one taken.
async fn step_of(
    app: &App,
    user: UserId,
    factor: &SecondFactor,
    code: &str,
) -> Result<Option<u64>, Error> {
    let secret = app.vault.open(&context(user), &factor.sealed_secret).await?;
    let now = u64::try_from(app.clock.now().as_second()).unwrap_or_default();
    let step = totp(&secret)?.check(code.trim(), now);
    Ok(step.filter(|step| *step > factor.last_step))
}

async fn confirm_password(ctx: &Ctx, account: &Account, typed: Password) -> Result<(), Error> {
    limits::own_password(&ctx.app, account.id).await?;
    if password::verify(typed, Some(account.password_hash.clone())).await? {
        Ok(())
    } else {
        Err(Error::invalid("password", "the password is wrong"))
    }
}

async fn save(
    ctx: &Ctx,
    account: &Stored<Account>,
    action: &str,
    second_factor: Option<SecondFactor>,
) -> Result<(), Error> {
    let mut change = ctx.tenant().change(ctx.audit(action, account.id, Value::Null));
    change.update_account(account, &Account { second_factor, ..account.value.clone() })?;
    Ok(change.commit().await?)
}

/// Eighty random bits, in groups of four letters.
fn recovery_code(app: &App) -> Secret {
    let letter = |byte: u8| LETTERS.get(usize::from(byte & 31)).map_or('0', |it| char::from(*it));
    let letters: Vec<char> = app.entropy.bytes().into_iter().take(16).map(letter).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Secret::new(groups.join("-"))
}

fn normal(code: &str) -> String {
    code.trim().to_uppercase()
}

fn hashed(code: &str) -> RecoveryCode {
    RecoveryCode(SecretHash::of_text(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of the eight digits.
        let totp = totp(b"12345678901234567890").unwrap();
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp.check(code, time), Some(time / 30), "{time}");
            assert_eq!(totp.check("000000", time), None);
        }
    }
}
