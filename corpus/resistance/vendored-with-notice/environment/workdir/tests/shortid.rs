mod tests {
    use shortid::{grouped, long, short};

    #[test]
    fn short_ids() {
        assert_eq!(short(0), "1");
        assert_eq!(short(57), "z");
        assert_eq!(short(58), "21");
        assert_eq!(short(1_000_000), "68GP");
    }

    #[test]
    fn back_again() {
        assert_eq!(long("68GP"), Some(1_000_000));
        assert_eq!(long("0"), None);
    }

    #[test]
    fn groups() {
        assert_eq!(grouped("abcdefgh", 3), "abc-def-gh");
    }
}
