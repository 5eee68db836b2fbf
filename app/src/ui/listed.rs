/// "ann", "ann and ben", "ann, ben and cy".
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn the_last_one_comes_after_an_and() {
        let said = |count| listed(&["ann", "ben", "cy"].map(str::to_owned)[..count]);
        assert_eq!([said(0), said(1)], ["", "ann"]);
        assert_eq!([said(2), said(3)], ["ann and ben", "ann, ben and cy"]);
    }
}
