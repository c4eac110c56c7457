package io.github.matrixone.spring.branch;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * What is noted of a branch. Immutable.
 *
 * @param owner who is responsible for the branch, at most {@value #MOST_CHARACTERS}
 * characters
 * @param text what it is for
 * @param keepUntil until when it is to be kept, or {@code null} for what the policies of
 * a {@link BranchRetention} say
 * @since 0.1
 */
public record BranchNote(String owner, String text, @Nullable Instant keepUntil) {

	private static final int MOST_CHARACTERS = 200;

	private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

	public BranchNote {
		Assert.hasText(owner, "The owner must not be empty");
		Assert.isTrue(owner.length() <= MOST_CHARACTERS,
				() -> "The owner must not be longer than " + MOST_CHARACTERS + " characters");
		Assert.notNull(text, "The text must not be null");
		Assert.isTrue(keepUntil == null || keepUntil.isBefore(END),
				"The point in time must lie before the year 10000. Protect a branch that is to be kept for ever");
	}

	/**
	 * Create a note.
	 * @param owner who is responsible for the branch
	 * @param text what it is for
	 * @return the note
	 */
	public static BranchNote of(String owner, String text) {
		return new BranchNote(owner, text, null);
	}

	/**
	 * Give the branch a time to live. A {@link BranchRetention} that knows the
	 * {@linkplain BranchNotes notes} goes by it in place of what its policies say:
	 * earlier or later.
	 * @param keepUntil until when the branch is to be kept
	 * @return a note with that time
	 */
	public BranchNote keepUntil(Instant keepUntil) {
		Assert.notNull(keepUntil, "The point in time must not be null");
		return new BranchNote(this.owner, this.text, keepUntil);
	}

}
