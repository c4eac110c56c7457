package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.sql.PitrName;

/**
 * Command to alter the range of a PITR: {@code ALTER PITR n RANGE v 'u'}.
 *
 * @param name the name
 * @param range how far back it is to reach
 * @param createdAt when the PITR was made that is meant, where that is known
 * @since 0.1
 */
public record AlterPitr(PitrName name, PitrRange range, @Nullable Instant createdAt) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "alter-pitr";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static AlterPitr read(CommandText text) {
		return new AlterPitr(PitrName.of(text.text("name")), readRange(text), text.instant("created-at"));
	}

	static PitrRange readRange(CommandText text) {
		return new PitrRange(Integer.parseInt(text.text("length")), PitrRange.Unit.valueOf(text.text("unit")));
	}

	static CommandText write(CommandText text, PitrRange range) {
		return text.with("length", String.valueOf(range.length())).with("unit", range.unit().name());
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("ALTER PITR " + this.name.quoted() + ' ' + this.range.sql()));
	}

	@Override
	public List<Precondition> preconditions() {
		return List.of(Precondition.exists(PitrQuery.createdAt(this.name, this.createdAt),
				() -> PitrQuery.byName(this.name).notFound()));
	}

	@Override
	public String description() {
		return "change of PITR " + this.name.normalized();
	}

	@Override
	public CommandText text() {
		return write(CommandText.of(KIND).with("name", this.name.value()).with("created-at", this.createdAt),
				this.range);
	}

	/**
	 * Altering it again to the same range would only begin the recovery window anew.
	 */
	@Override
	public SqlText stillDue() {
		return PitrQuery.hasOtherRange(this.name, this.createdAt, this.range);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof PitrNotFoundException;
	}

}
