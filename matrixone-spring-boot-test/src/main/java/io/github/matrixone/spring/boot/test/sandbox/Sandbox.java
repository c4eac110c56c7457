package io.github.matrixone.spring.boot.test.sandbox;

import java.util.Set;

import org.assertj.core.api.AssertProvider;

/**
 * The sandbox of the current test. A bean where a test has a {@link MatrixOneSandbox}.
 *
 * @since 0.1
 */
public interface Sandbox extends AssertProvider<SandboxAssert> {

	/**
	 * Return the name of the sandbox's database.
	 * @return the name
	 * @throws SandboxException if this thread has no sandbox
	 */
	String database();

	/**
	 * Return the rows of a table that differ from those with which the sandbox began:
	 * {@code DATA BRANCH DIFF t AGAINST t {MO_TS = …}}, which takes as long as there are
	 * changes. In a transaction that has written, on the simulator, and where the table
	 * was emptied by {@code TRUNCATE} or a {@code DELETE} without {@code WHERE}, it is
	 * compared with that of the base instead, which takes as long as there are rows: the
	 * server leaves a transaction's own rows out of a diff, and tells those that are gone
	 * as added. Rows of a table without a primary key are never updated then, but
	 * inserted and deleted.
	 * @param table the table's name
	 * @return the changes, those of the current transaction included
	 * @throws SandboxException if this thread has no sandbox, or if there is no such
	 * table
	 */
	TableChanges changesOf(String table);

	/**
	 * Return the tables whose rows differ from those with which the sandbox began, and
	 * those that were made or dropped since.
	 * @return the names, lower-cased
	 * @throws SandboxException as {@link #changesOf}
	 */
	Set<String> changedTables();

	@Override
	default SandboxAssert assertThat() {
		return new SandboxAssert(this);
	}

}
