package io.github.matrixone.spring.transaction;

/**
 * What is said when a live clone is refused because of the transaction's own changes.
 */
final class CloneRefusals {

	private CloneRefusals() {
	}

	static String tableModified(String table) {
		return "A live clone of " + table
				+ " is refused: this transaction has updated, deleted or replaced rows of it, "
				+ "or may have, and the clone would hold both the old and the new version of them. Either clone before "
				+ "the first such change, or clone from a snapshot (CloneOptions.from), or clone after the commit "
				+ "(cloneTableAfterCommit), or copy the rows instead (CloneOptions.byCopy)";
	}

	static String databaseAfterWrite() {
		return "A live clone of a database is refused after the transaction has written: the clone would hold "
				+ "committed rows only (MO#27055). Either clone before the first write, or clone from a snapshot "
				+ "(CloneOptions.from), or clone after the commit (cloneDatabaseAfterCommit), or clone its tables one "
				+ "by one, whose foreign keys then go on referencing the source";
	}

}
