package io.github.matrixone.spring.r2dbc;

import java.time.Duration;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.transaction.Journal;

/**
 * A journal whose texts are the same for every transaction.
 */
final class ScriptedJournal implements Journal {

	static final String ENTRIES = "SELECT entry_id FROM journal";

	int prepared;

	Duration lockTimeout = Duration.ZERO;

	@Override
	public void prepare() {
		this.prepared++;
	}

	@Override
	public Entry unlessCommitted(UndoableCommand command) {
		return entry("beside", command);
	}

	@Override
	public Entry onceCommitted(String transaction, int position, JournaledCommand command) {
		return entry("once " + position, command);
	}

	@Override
	public SqlText entriesOf(String transaction) {
		return SqlText.of(ENTRIES);
	}

	@Override
	public String lockOf(String transaction) {
		return "journal";
	}

	@Override
	public Duration lockTimeout() {
		return this.lockTimeout;
	}

	private static Entry entry(String id, JournaledCommand command) {
		return new Entry(id, SqlText.of("INSERT INTO journal VALUES ('" + id + "', '" + command.description() + "')"),
				SqlText.of("DELETE FROM journal WHERE entry_id = '" + id + "'"));
	}

}
