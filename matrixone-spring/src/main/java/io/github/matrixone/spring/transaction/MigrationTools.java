package io.github.matrixone.spring.transaction;

import java.util.List;

/**
 * Tells whether Flyway, Liquibase or Spring Boot's scripts send a statement, also where
 * they were made in code: by the stack of the calling thread. Looked at only for
 * statements that are rare in a transaction.
 *
 * @since 0.1
 */
public final class MigrationTools {

	private static final StackWalker walker = StackWalker.getInstance();

	private static final List<String> PACKAGES = List.of("org.flywaydb.core.", "liquibase.",
			"org.springframework.boot.jdbc.init.");

	private MigrationTools() {
	}

	/**
	 * Return whether one of them has called this thread.
	 * @return whether a statement is one of theirs
	 */
	public static boolean isAtWork() {
		return walker.walk((frames) -> frames.map(StackWalker.StackFrame::getClassName)
			.anyMatch((name) -> PACKAGES.stream().anyMatch(name::startsWith)));
	}

}
