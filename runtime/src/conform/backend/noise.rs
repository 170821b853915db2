//! What a service sends that is broken, or only oddly cut.

use super::super::{
    behaviour::{Check, Seen, demand},
    odd,
    trial::Trial,
};
use super::{connected, connects, hears, line, messages, one_message, shape};

pub async fn pieces(trial: &mut Trial) -> Check {
    connected(trial).await?;
    if trial.peer.is_of_messages() {
        return Err(Seen::Untried("its connection carries whole messages".to_owned()));
    }
    trial.forget();
    let text = "häppchenweise";
    let whole = trial.peer.bytes(&[line(trial, text, true)?]).concat();
    let bytes: Vec<_> = whole.iter().map(|byte| vec![*byte]).collect();
    trial.hear(&bytes).await?;
    trial.settle().await?;
    let message = one_message(trial, "a message that came byte by byte")?;
    let body = shape::word(&message, "body").unwrap_or_default();
    demand!(body == text, "{text:?} came byte by byte, and {body:?} is reported");
    Ok(())
}

pub async fn at_once(trial: &mut Trial) -> Check {
    connected(trial).await?;
    trial.forget();
    let texts = ["one", "two", "three"];
    let lines = texts.iter().map(|text| line(trial, text, true)).collect::<Result<Vec<_>, _>>()?;
    let pieces = trial.peer.bytes(&lines);
    trial.hear(&pieces).await?;
    trial.settle().await?;
    let told = messages(trial);
    let bodies: Vec<_> = told.iter().filter_map(|message| shape::word(message, "body")).collect();
    demand!(bodies == texts, "{texts:?} came at once, and {bodies:?} is reported");
    Ok(())
}

/// Sends this, and looks whether it goes on: on the same connection, or on a new one after it said that this one is gone.
async fn survives(trial: &mut Trial, data: &[u8]) -> Check {
    connected(trial).await?;
    trial.forget();
    let pieces: Vec<Vec<u8>> = match trial.peer.is_of_messages() {
        true => data.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect(),
        false => vec![data.to_vec(), trial.peer.bytes(&[String::new()]).concat()],
    };
    trial.hear(&pieces).await?;
    trial.settle().await?;
    if trial.outside.connection().is_none() {
        let times = trial.called("events.disconnected").len();
        demand!(times == 1, "it closes the connection, and reports `disconnected` {times} times");
        connects(trial).await?;
    }
    trial.forget();
    hears(trial, "still there?", true).await?;
    let message = one_message(trial, "what is said after that")?;
    let body = shape::word(&message, "body").unwrap_or_default();
    demand!(body == "still there?", "after that \"still there?\" is reported as {body:?}");
    Ok(())
}

pub async fn random(trial: &mut Trial) -> Check {
    for seed in 0..4 {
        let mut data = odd::noise(seed, 32 * 1024);
        // Lines of some length, and now and then what begins like a word.
        data.iter_mut().skip(40).step_by(97).for_each(|byte| *byte = b'\n');
        survives(trial, &data).await.map_err(|seen| seen.when("random bytes"))?;
        trial.again().await?;
    }
    Ok(())
}

pub async fn no_text(trial: &mut Trial) -> Check {
    for data in [
        &b"\0\0\0\n"[..],
        b"\xff\xfe\xfd\n",
        b"\xc3\n\xa4\n",
        b"\xed\xa0\x80 x\n",
        b"\n\r\n\r\r\n\n",
        b" \n \r\n",
    ] {
        survives(trial, data)
            .await
            .map_err(|seen| seen.when(format!("{:?}", String::from_utf8_lossy(data))))?;
        trial.again().await?;
    }
    Ok(())
}

pub async fn endless(trial: &mut Trial) -> Check {
    for letter in [b'a', b' ', b':'] {
        let data = vec![letter; 1024 * 1024];
        survives(trial, &data)
            .await
            .map_err(|seen| seen.when(format!("a megabyte of {:?}", char::from(letter))))?;
        trial.again().await?;
    }
    Ok(())
}
