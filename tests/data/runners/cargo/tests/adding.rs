use adder::*;

#[test]
fn small() {
    assert_eq!(add(1, 2), 3);
}

mod more {
    use super::*;

    #[test]
    fn large() {
        assert!(add(40, 2) == 42);
    }
}

#[test]
fn twice() {
    let eight: i64 = double(4);
    assert_eq!(eight, 8);
}
