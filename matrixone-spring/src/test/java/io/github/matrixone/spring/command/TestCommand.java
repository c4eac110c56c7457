package io.github.matrixone.spring.command;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DataRetrievalFailureException;
import org.springframework.dao.DuplicateKeyException;

/**
 * A command that makes something, which is no snapshot and that no capability knows.
 *
 * @param description what is made
 */
public record TestCommand(String description) implements UndoableCommand {

	public static final String KIND = "test";

	public static final String LOOK_UP = "SELECT maker FROM thing WHERE name = ?";

	/** The time at which whatever is there was made. */
	public static final Instant MADE_AT = Instant.parse("2026-01-31T10:00:01Z");

	public static TestCommand read(CommandText text) {
		return new TestCommand(text.text("name"));
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of(this.description));
	}

	@Override
	public String key() {
		return "thing " + this.description;
	}

	@Override
	public Command undo() {
		return new TestCommand("undo " + this.description);
	}

	@Override
	public SqlText lookUp() {
		return SqlText.of(LOOK_UP, this.description);
	}

	@Override
	public Optional<Made> made(Rows answer) {
		return answer.first().map((row) -> new Made(MADE_AT, row.equals("alike"), "made by " + row, undo()));
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND).with("name", this.description);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof DuplicateKeyException;
	}

	@Override
	public DataAccessException alreadyExists() {
		return new DuplicateKeyException(this.description + " is there already");
	}

	@Override
	public DataAccessException isBeingMade(DataAccessException ex) {
		return new DataIntegrityViolationException(this.description + " is being made", ex);
	}

	@Override
	public DataAccessException takenAway(String message) {
		return new DataRetrievalFailureException(message);
	}

}
