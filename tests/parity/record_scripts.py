"""Records which characters belong to which of Unicode's scripts; run under TensorFlow.

    python -m tests.parity.record_scripts

Writes `tf_tape_compat/_ops/strings/unicode_scripts.txt`: first a line for each script, its number
and the name by which regular expressions know it; then where a script begins among the code
points.
"""

from __future__ import annotations

from pathlib import Path

from tests.parity.silence import silent

OUT = Path(__file__).parents[2] / "tf_tape_compat" / "_ops" / "strings" / "unicode_scripts.txt"

NAMES = """
Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali
Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian
Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret
Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian
Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo
Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian
Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki
Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam
Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive
Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic
Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya
Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic
Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo
Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut
Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi
Zanabazar_Square
""".split()


def main() -> None:
    """Writes the file."""
    import tensorflow as tf

    scripts = tf.strings.unicode_script(tf.range(0x110000)).numpy().tolist()
    begins = [i for i in range(len(scripts)) if not i or scripts[i] != scripts[i - 1]]
    some = {scripts[i]: chr(i) for i in reversed(begins) if not 0xD800 <= i < 0xE000}
    lines = []
    for name in NAMES:
        with silent():
            found = [n for n, c in some.items() if _belongs(tf, c, name)]
        lines += [f"{number} {name}" for number in found]
    lines += [f"{i:x} {scripts[i]}" for i in begins]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _belongs(tf, character: str, name: str) -> bool:
    try:
        return bool(tf.strings.regex_full_match(character, f"\\p{{{name}}}"))
    except tf.errors.InvalidArgumentError:
        return False


if __name__ == "__main__":
    main()
