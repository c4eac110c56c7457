package io.github.matrixone.spring.jdbc.wire;

import java.nio.charset.StandardCharsets;

/**
 * A text that is about to be sent. Its first word is read without a copy.
 *
 * @since 0.1
 */
public final class WireText {

	private static final int UPPER_CASE = ~0x20;

	/** Characters with which a value begins. */
	private static final String VALUE = "='\"";

	private final byte[] buffer;

	private final int start;

	private final int end;

	WireText(byte[] buffer, int start, int end) {
		this.buffer = buffer;
		this.start = start;
		this.end = end;
	}

	/**
	 * Return whether this may begin or end a transaction or change the session.
	 * @return whether it may
	 */
	public boolean mayChangeSession() {
		int word = skipBlanksAndComments();
		return switch (at(word) & UPPER_CASE) {
			case 'A' -> !isWord(word, "ANALYZE");
			case 'C' -> !isWord(word, "CALL");
			case 'D' -> !isWord(word, "DELETE") && !isWord(word, "DESC") && !isWord(word, "DESCRIBE");
			case 'E' -> !isWord(word, "EXPLAIN");
			case 'I' -> !isWord(word, "INSERT");
			case 'R' -> !isWord(word, "REPLACE");
			case 'S' -> !isWord(word, "SELECT") && !isWord(word, "SHOW");
			case 'T' -> !isWord(word, "TABLE");
			case 'U' -> !isWord(word, "UPDATE");
			case 'V' -> !isWord(word, "VALUES");
			case 'W' -> !isWord(word, "WITH");
			default -> true;
		};
	}

	/**
	 * Return what comes before the first value, which may be a password.
	 * @return the text up to there
	 */
	public String beginning() {
		String text = toString();
		for (int i = 0; i < text.length(); i++) {
			if (VALUE.indexOf(text.charAt(i)) >= 0) {
				return text.substring(0, i) + "…";
			}
		}
		return text;
	}

	private boolean isWord(int position, String word) {
		for (int i = 0; i < word.length(); i++) {
			if ((at(position + i) & UPPER_CASE) != word.charAt(i)) {
				return false;
			}
		}
		return !isLetter(at(position + word.length()));
	}

	private int skipBlanksAndComments() {
		int position = this.start;
		while (position < this.end) {
			byte current = this.buffer[position];
			if (current <= ' ' && current >= 0 || current == '(') {
				position++;
			}
			else if (current == '/' && at(position + 1) == '*' && at(position + 2) != '!' && at(position + 2) != '+') {
				position = afterComment(position + 2);
			}
			else {
				break;
			}
		}
		return position;
	}

	private int afterComment(int position) {
		int current = position;
		while (current < this.end && !(at(current) == '*' && at(current + 1) == '/')) {
			current++;
		}
		return Math.min(current + 2, this.end);
	}

	private byte at(int position) {
		return (position < this.end) ? this.buffer[position] : 0;
	}

	private static boolean isLetter(byte value) {
		int upper = value & UPPER_CASE;
		return upper >= 'A' && upper <= 'Z';
	}

	@Override
	public String toString() {
		return new String(this.buffer, this.start, this.end - this.start, StandardCharsets.UTF_8);
	}

}
