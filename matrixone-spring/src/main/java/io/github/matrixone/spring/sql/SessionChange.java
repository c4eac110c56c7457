package io.github.matrixone.spring.sql;

import java.util.List;

/**
 * The variables of the session that a {@code SET} changes, so that they can be read
 * before and restored after it.
 *
 * @param variables the variables as they are written in a query, such as
 * {@code @@session.sql_mode} or {@code @name}; unmodifiable, without the global ones,
 * which are no part of the session
 * @param certain whether these are all; if not, as with {@code SET ROLE}, the session may
 * have changed in any way and the variables are not named
 * @since 0.1
 */
public record SessionChange(List<String> variables, boolean certain) {

	/** A change of which nothing is known. */
	static final SessionChange UNCERTAIN = new SessionChange(List.of(), false);

	/** A change of nothing, such as that of {@code SET NAMES}. */
	static final SessionChange NONE = new SessionChange(List.of(), true);

	/**
	 * Create what is known of a change.
	 * @param variables the variables as they are written in a query
	 * @param certain whether these are all
	 */
	public SessionChange {
		variables = List.copyOf(variables);
	}

	/**
	 * Return whether the session certainly stays as it is.
	 * @return {@code true} if global variables are changed only, or nothing
	 */
	public boolean isNone() {
		return this.certain && this.variables.isEmpty();
	}

}
