//! The services beside the table, as far as a function asks them: secrets and data keys. What they
//! answer is always the same and guards nothing; what is measured is the function.

use serde_json::{Value, json};

/// 32 bytes, as the key service writes them.
const DATA_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The answer to a request of that target; none if it is for the table.
pub(crate) fn answer(target: &str) -> Option<Value> {
    Some(match target {
        "secretsmanager.GetSecretValue" => {
            json!({"Name": "bench", "SecretString": "a secret that is long enough to sign cursors"})
        }
        "TrentService.GenerateDataKey" => {
            json!({"KeyId": "bench", "Plaintext": DATA_KEY, "CiphertextBlob": DATA_KEY})
        }
        "TrentService.Decrypt" => json!({"KeyId": "bench", "Plaintext": DATA_KEY}),
        _ => return None,
    })
}
