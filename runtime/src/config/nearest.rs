//! "Did you mean …?"

/// The candidate that a mistyped word most likely stands for, if one is near enough.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the letters may be wrong; of a short word, one.
    let most = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The remedy for a word that is none of the known ones: the nearest of them, or else all.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if known.is_empty() => "there are none".into(),
        None => format!("known here: `{}`", known.join("`, `")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("componnet", ["config", "component"]), Some("component"));
        assert_eq!(nearest("bots", ["bot", "network"]), Some("bot"));
        assert_eq!(nearest("zebra", ["bot", "network"]), None);
        assert_eq!(did_you_mean("zebra", ["bot", "network"]), "known here: `bot`, `network`");
        assert_eq!(did_you_mean("zebra", []), "there are none");
    }
}
