package io.github.matrixone.spring.journal;

import java.time.Instant;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.matrixone.spring.branch.CreateBranch;
import io.github.matrixone.spring.branch.CreateDatabaseBranch;
import io.github.matrixone.spring.branch.DeleteBranch;
import io.github.matrixone.spring.branch.DeleteDatabaseBranch;
import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.clone.CopyTable;
import io.github.matrixone.spring.clone.DropDatabase;
import io.github.matrixone.spring.clone.DropTable;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.pitr.AlterPitr;
import io.github.matrixone.spring.pitr.CreatePitr;
import io.github.matrixone.spring.pitr.DropPitr;
import io.github.matrixone.spring.pitr.PitrRange;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KnownCommandsTests {

	private final KnownCommands known = new KnownCommands();

	private static final SnapshotName NAME = SnapshotName.of("nächtlich=1#!:");

	private static final PitrName PITR = PitrName.of("stündlich=1#!:");

	private static final DatabaseName DATABASE = DatabaseName.of("#a=b:!c");

	private static final TableName SOURCE = TableName.of(DATABASE, "Ware.=:#! 商品 😀");

	private static final TableName TARGET = TableName.of("shop", "!copy");

	static Stream<JournaledCommand> commands() {
		return Stream.of(new CreateSnapshot(NAME, SnapshotScope.cluster()),
				new CreateSnapshot(NAME, SnapshotScope.account()),
				new CreateSnapshot(NAME, SnapshotScope.account(AccountName.of("acc"))),
				new CreateSnapshot(NAME, SnapshotScope.database(DATABASE)),
				new CreateSnapshot(NAME, SnapshotScope.table(SOURCE)), new DropSnapshot(NAME, true),
				new DropSnapshot(NAME, false, Instant.parse("2026-01-02T03:04:05.123456789Z")),
				new CreatePitr(PITR, SnapshotScope.cluster(), PitrRange.years(1)),
				new CreatePitr(PITR, SnapshotScope.account(), PitrRange.months(2)),
				new CreatePitr(PITR, SnapshotScope.account(AccountName.of("acc")), PitrRange.days(3)),
				new CreatePitr(PITR, SnapshotScope.database(DATABASE), PitrRange.hours(100)),
				new CreatePitr(PITR, SnapshotScope.table(SOURCE), PitrRange.hours(1)),
				new AlterPitr(PITR, PitrRange.days(3), null),
				new AlterPitr(PITR, PitrRange.days(3), Instant.parse("2026-01-02T03:04:05.123456789Z")),
				new DropPitr(PITR, true, null),
				new DropPitr(PITR, false, Instant.parse("2026-01-02T03:04:05.123456789Z")),
				new CloneTable(SOURCE, TARGET, null, false, null), new CopyTable(SOURCE, TARGET),
				new CloneTable(SOURCE, TARGET, AsOf.snapshot(NAME), true, null),
				new CloneTable(SOURCE, TARGET, AsOf.snapshot(NAME), false, AccountName.of("other")),
				new CloneTable(SOURCE, TARGET, AsOf.instant(Instant.parse("2025-01-02T03:04:05.000000001Z")), false,
						null),
				new CloneDatabase(DATABASE, DatabaseName.of("copy"), null, null),
				new CloneDatabase(DATABASE, DatabaseName.of("copy"), AsOf.snapshot(NAME), AccountName.of("other")),
				new CreateBranch(SOURCE, TARGET, null), new CreateBranch(SOURCE, TARGET, AsOf.snapshot(NAME)),
				new DeleteBranch(TARGET, true, "272569"),
				new CreateDatabaseBranch(DATABASE, DatabaseName.of("copy"), null),
				new CreateDatabaseBranch(DATABASE, DatabaseName.of("copy"), AsOf.snapshot(NAME)),
				new DeleteDatabaseBranch(DATABASE, true, "272569"), new DropTable(SOURCE, true, null),
				new DropTable(SOURCE, true, "272556"), new DropDatabase(DATABASE, true, null),
				new DropDatabase(DATABASE, false, "7"));
	}

	@ParameterizedTest
	@MethodSource("commands")
	void isReadAsItWasWritten(JournaledCommand command) {
		assertThat(this.known.read(command.text().toString())).isEqualTo(command);
	}

	@Test
	void holdsNoSql() {
		assertThat(commands().map(JournaledCommand::text).map(CommandText::toString))
			.allSatisfy((text) -> assertThat(text).doesNotContain("CREATE", "DROP", "`"));
	}

	@Test
	void refusesWhatIsNotItsOwn() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.known.read("command=drop-everything"))
			.withMessageContaining("drop-everything");
		assertThatIllegalArgumentException().isThrownBy(() -> this.known.read("command=drop-snapshot"))
			.withMessageContaining("name");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.known.read("command=drop-snapshot\nif-exists=true\nname=a` `b"))
			.withMessageContaining("quotes");
	}

	@Test
	void knowsEveryCommandThatAJournalCanKeep() {
		JavaClasses library = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.github.matrixone.spring");
		assertThat(library.stream()
			.filter((type) -> type.isAssignableTo(JournaledCommand.class) && !type.isInterface())
			.map(JavaClass::reflect)).isNotEmpty()
			.allSatisfy((type) -> assertThat(commands()).hasAtLeastOneElementOfType(type));
	}

	@Test
	void takesBackNothingThatCannotBeMadeBesideATransaction() {
		String drop = new DropTable(SOURCE, true, null).text().toString();
		assertThatIllegalArgumentException().isThrownBy(() -> this.known.readUndoable(drop))
			.withMessageContaining("drop-table");
	}

}
