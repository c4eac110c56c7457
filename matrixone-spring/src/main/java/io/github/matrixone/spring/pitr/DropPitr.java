package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.sql.PitrName;

/**
 * Command to drop a PITR: {@code DROP PITR [IF EXISTS] n}.
 *
 * @param name the name
 * @param ifExists whether a missing PITR is no error
 * @param createdAt when the PITR was made that is meant, where that is known
 * @since 0.1
 */
public record DropPitr(PitrName name, boolean ifExists, @Nullable Instant createdAt) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "drop-pitr";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static DropPitr read(CommandText text) {
		return new DropPitr(PitrName.of(text.text("name")), text.option("if-exists"), text.instant("created-at"));
	}

	/**
	 * Tell the command that drops a PITR.
	 */
	static Predicate<Command> of(PitrName name) {
		return (command) -> command instanceof DropPitr drop && drop.name.equals(name);
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP PITR " + (this.ifExists ? "IF EXISTS " : "") + this.name.quoted()));
	}

	@Override
	public String description() {
		return "drop of PITR " + this.name.normalized();
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND)
			.with("name", this.name.value())
			.with("if-exists", this.ifExists)
			.with("created-at", this.createdAt);
	}

	@Override
	public SqlText stillDue() {
		return PitrQuery.createdAt(this.name, this.createdAt);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof PitrNotFoundException;
	}

}
