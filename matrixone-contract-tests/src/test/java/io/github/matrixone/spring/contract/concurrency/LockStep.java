package io.github.matrixone.spring.contract.concurrency;

/**
 * One statement of a transaction that writes rows of a child table or of the tables that
 * these reference.
 *
 * @param kind what it does
 * @param row the referenced row, a table for turns, else 0
 */
record LockStep(Kind kind, int row) {

	static final int ROWS = 3;

	static final int TABLES = 2;

	/**
	 * Read a step as it is written in scripts: {@code child a}. The rows {@code a} and
	 * {@code b} are of one table, {@code c} is of another one.
	 */
	static LockStep parse(String text) {
		String[] words = text.split(" ");
		return new LockStep(Kind.valueOf(words[0].toUpperCase()), (words.length > 1) ? words[1].charAt(0) - 'a' : 0);
	}

	int table() {
		return (this.row < ROWS - 1) ? 0 : 1;
	}

	boolean isExclusive() {
		return this.kind == Kind.LOCK || isUpdate();
	}

	boolean isUpdate() {
		return this.kind == Kind.UPDATE || this.kind == Kind.CHANGE;
	}

	boolean isEnd() {
		return this.kind == Kind.COMMIT || this.kind == Kind.ROLLBACK;
	}

	/**
	 * {@code CHILD} inserts what references the row, {@code LOCK} reads it
	 * {@code FOR UPDATE}, {@code UPDATE} adds one to its number, and so does
	 * {@code CHANGE}, which nobody foresees. {@code TAKE_TURN} gets the named lock of a
	 * table, {@code GIVE_BACK} releases all of them.
	 */
	enum Kind {

		CHILD, LOCK, UPDATE, CHANGE, TAKE_TURN, COMMIT, ROLLBACK, GIVE_BACK

	}

}
