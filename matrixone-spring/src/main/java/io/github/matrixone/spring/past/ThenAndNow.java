package io.github.matrixone.spring.past;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What was read at a point in time and now.
 *
 * @param <T> the type of what was read
 * @param then what it was
 * @param now what it is
 * @since 0.1
 */
public record ThenAndNow<T extends @Nullable Object>(T then, T now) {

	/**
	 * Return whether they are different.
	 * @return whether they are not equal; entities without an {@code equals} of their own
	 * never are
	 */
	public boolean hasChanged() {
		return !Objects.equals(this.then, this.now);
	}

}
