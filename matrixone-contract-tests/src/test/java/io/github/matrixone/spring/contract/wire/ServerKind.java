package io.github.matrixone.spring.contract.wire;

/**
 * What a {@link WireServer} pretends to be.
 */
public enum ServerKind {

	/**
	 * A MatrixOne v4.2.0: each SET commits (MO#26872), a plain DDL statement belongs to
	 * the transaction, a clone under {@code autocommit=0} does not.
	 */
	MATRIXONE("8.0.30-MatrixOne-v4.2.0"),

	/**
	 * A newer MatrixOne, where a SET keeps the transaction.
	 */
	NEWER_MATRIXONE("8.0.30-MatrixOne-v4.3.0"),

	/**
	 * A MySQL, which the starter must leave alone.
	 */
	MYSQL("8.0.36");

	private final String version;

	ServerKind(String version) {
		this.version = version;
	}

	public String version() {
		return this.version;
	}

	boolean isMatrixOne() {
		return this != MYSQL;
	}

	boolean setCommits() {
		return this == MATRIXONE;
	}

}
