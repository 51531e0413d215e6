import unittest

from reverse_text import reverse_text, reverse_words


class TestReverseText(unittest.TestCase):
    def test_empty(self):
        self.assertEqual(reverse_text(""), "")

    def test_plain(self):
        self.assertEqual(reverse_text("stressed"), "desserts")

    def test_combining_accent_stays_on_its_letter(self):
        self.assertEqual(reverse_text("cafe\u0301s"), "se\u0301fac")

    def test_line_ending_stays_whole(self):
        self.assertEqual(reverse_text("a\r\nb"), "b\r\na")

    def test_family_emoji_stays_together(self):
        family = "\U0001f469\u200d\U0001f467"
        self.assertEqual(reverse_text("x" + family + "y"), "y" + family + "x")

    def test_flags_keep_their_country(self):
        france, japan = "\U0001f1eb\U0001f1f7", "\U0001f1ef\U0001f1f5"
        self.assertEqual(reverse_text(france + japan), japan + france)

    def test_other_types_are_rejected(self):
        with self.assertRaises(TypeError):
            reverse_text(["a", "b"])


class TestReverseWords(unittest.TestCase):
    def test_words(self):
        self.assertEqual(reverse_words("one  two three"), "three two one")


if __name__ == "__main__":
    unittest.main()
