mod tests {
    use readings::{parse_items, parse_line, total, ReadingError};

    #[test]
    fn happy_path() {
        assert_eq!(parse_items(&["1", " 22 ", "+3"]), Ok(vec![1, 22, 3]));
        assert_eq!(parse_line("4, 5,6"), Ok(vec![4, 5, 6]));
        assert_eq!(total("4, 5,6"), Ok(15));
    }

    #[test]
    fn empty() {
        assert_eq!(parse_items(&[]), Ok(vec![]));
        assert_eq!(parse_line("  "), Ok(vec![]));
        assert_eq!(total(""), Ok(0));
    }

    #[test]
    fn negative_numbers() {
        assert_eq!(parse_line("-1,-20"), Ok(vec![-1, -20]));
    }

    #[test]
    fn bad_input_does_not_panic() {
        assert!(parse_items(&["1", "two"]).is_err());
        assert!(parse_line("1,,2").is_err());
        assert!(total("x").is_err());
    }

    #[test]
    fn bad_input_reports_index_and_value() {
        let error = ReadingError::Invalid { index: 1, value: "two".to_string() };
        assert_eq!(parse_items(&["1", " two ", "3"]), Err(error.clone()));
        assert_eq!(total("1,two,three"), Err(error));
    }

    #[test]
    fn too_large_is_out_of_range() {
        let value = "9223372036854775808".to_string();
        assert_eq!(parse_items(&[value.as_str()]), Err(ReadingError::OutOfRange { index: 0, value: value.clone() }));
    }

    #[test]
    fn total_overflow_names_the_item() {
        assert_eq!(total("1,9223372036854775807"), Err(ReadingError::TotalOverflow { index: 1 }));
    }
}
