// base58 0.4 - Copyright (c) 2016, Ines Aldana
//
// Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
// provided that the above copyright notice and this permission notice appear in all copies. The software is provided "as
// is", without warranty of any kind.
//
// SPDX-License-Identifier: ISC

const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The bytes as text; every leading zero byte is a leading '1'.
pub fn encode(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = *byte as u32;
        for digit in digits.iter_mut() {
            carry += (*digit as u32) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let all = std::iter::repeat(0).take(zeros).chain(digits.into_iter().rev());
    all.map(|digit| DIGITS[digit as usize] as char).collect()
}

/// The other way round; None when a character is no digit.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    for c in text.bytes() {
        let mut carry = DIGITS.iter().position(|digit| *digit == c)? as u32;
        for byte in bytes.iter_mut() {
            carry += *byte as u32 * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push(carry as u8);
            carry >>= 8;
        }
    }
    let ones = text.bytes().take_while(|c| *c == b'1').count();
    bytes.resize(bytes.len() + ones, 0);
    bytes.reverse();
    Some(bytes)
}
