package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.control.ControlTemplate;
import io.github.matrixone.spring.control.ReactiveControlTemplate;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Names that are SQL are refused or sent between quotes, by every operation.
 */
class InjectionTests {

	private static final Pattern QUOTED = Pattern.compile("`[^`]*`|'[^'\\\\]*'");

	private final ScriptedDriver jdbc = new ScriptedDriver();

	private final ScriptedR2dbc r2dbc = new ScriptedR2dbc();

	@ParameterizedTest
	@ValueSource(strings = { "x'; DROP TABLE victim; --", "x`; DROP TABLE victim; --", "x\"; DROP TABLE victim; --",
			"x\\'; DROP TABLE victim; --", "x; DROP TABLE victim", "x;DROP/**/TABLE/**/victim", "x{SNAPSHOT='victim'}",
			"victim.x", "x/*victim", "x--victim", "x#victim", "x\nvictim", "x\u0000victim", "x?victim", "x:victim",
			"x\uFF07;victim", "x\u02BCvictim", "x) OR victim = (1" })
	void neverSendNamesOutsideOfQuotes(String text) {
		List<Runnable> calls = new ArrayList<>();
		add(calls, AccountName::of, text, this::useAccount);
		add(calls, DatabaseName::of, text, this::useDatabase);
		add(calls, SnapshotName::of, text, this::useSnapshot);
		add(calls, TableName::of, text, this::useTable);
		add(calls, (name) -> TableName.of(name, "item"), text, this::useTable);
		calls.forEach(Runnable::run);
		List<String> sent = new ArrayList<>(this.jdbc.sent);
		sent.addAll(this.r2dbc.sent);
		assertThat(sent).allSatisfy((sql) -> assertThat(QUOTED.matcher(sql).replaceAll("")).doesNotContain("victim"));
		assertThat(sent.stream().anyMatch((sql) -> sql.contains("victim"))).isEqualTo(!calls.isEmpty());
	}

	private static <T> void add(List<Runnable> calls, Function<String, T> factory, String text, Consumer<T> use) {
		T name;
		try {
			name = factory.apply(text);
		}
		catch (IllegalArgumentException ex) {
			return;
		}
		calls.add(() -> use.accept(name));
	}

	private void useAccount(AccountName name) {
		attempt(() -> snapshots().create(SnapshotName.of("s"), SnapshotScope.account(name)),
				() -> restores().restoreAccount(name, SnapshotName.of("s")),
				() -> clones().cloneDatabase(DatabaseName.of("a"), DatabaseName.of("b"),
						CloneOptions.from(SnapshotName.of("s")).toAccount(name)));
		attempt(reactiveSnapshots().create(SnapshotName.of("s"), SnapshotScope.account(name)),
				reactiveRestores().restoreAccount(name, SnapshotName.of("s")));
	}

	private void useDatabase(DatabaseName name) {
		DatabaseName other = DatabaseName.of("other");
		attempt(() -> snapshots().create(SnapshotName.of("s"), SnapshotScope.database(name)),
				() -> snapshots().list(SnapshotFilter.all().database(name)), () -> clones().cloneDatabase(name, other),
				() -> clones().cloneDatabase(other, name), () -> clones().dropDatabase(name),
				() -> restores().restoreDatabase(name, SnapshotName.of("s")));
		attempt(reactiveSnapshots().create(SnapshotName.of("s"), SnapshotScope.database(name)),
				reactiveClones().cloneDatabase(name, other), reactiveClones().cloneDatabase(other, name),
				reactiveClones().dropDatabase(name), reactiveRestores().restoreDatabase(name, SnapshotName.of("s")));
	}

	private void useSnapshot(SnapshotName name) {
		TableName table = TableName.of("a", "b");
		attempt(() -> snapshots().create(name, SnapshotScope.account()), () -> snapshots().find(name),
				() -> snapshots().drop(name), () -> snapshots().dropIfExists(name),
				() -> clones().cloneTable(table, TableName.of("a", "c"), CloneOptions.from(name)),
				() -> restores().restoreTable(table, name), () -> this.jdbc.sent.add(snapshots().tableAt(table, name)));
		attempt(reactiveSnapshots().create(name, SnapshotScope.account()), reactiveSnapshots().find(name),
				reactiveSnapshots().drop(name), reactiveSnapshots().dropIfExists(name),
				reactiveClones().cloneTable(table, TableName.of("a", "c"), CloneOptions.from(name)),
				reactiveRestores().restoreTable(table, name));
	}

	private void useTable(TableName name) {
		TableName table = name.qualifiedBy(DatabaseName.of("shop"));
		TableName other = TableName.of("shop", "other");
		attempt(() -> snapshots().create(SnapshotName.of("s"), SnapshotScope.table(table)),
				() -> clones().cloneTable(table, other), () -> clones().cloneTable(other, table),
				() -> clones().dropTable(table), () -> clones().cloneTable(table, other, CloneOptions.byCopy()),
				() -> restores().restoreTable(table, SnapshotName.of("s")), () -> controls().flushTable(table));
		attempt(reactiveSnapshots().create(SnapshotName.of("s"), SnapshotScope.table(table)),
				reactiveClones().cloneTable(table, other), reactiveClones().cloneTable(other, table),
				reactiveClones().dropTable(table), reactiveRestores().restoreTable(table, SnapshotName.of("s")),
				new ReactiveControlTemplate(reactive()).flushTable(table));
	}

	/**
	 * What becomes of the calls does not matter here.
	 */
	private static void attempt(Runnable... calls) {
		for (Runnable call : calls) {
			assertThat(catchThrowable(call::run) instanceof Error).isFalse();
		}
	}

	private static void attempt(Mono<?>... calls) {
		for (Mono<?> call : calls) {
			call.onErrorComplete().block(Duration.ofSeconds(10));
		}
	}

	private CommandExecutor executor() {
		return new CommandExecutor(this.jdbc.matrixOne(), new ServerBackend());
	}

	private ReactiveCommandExecutor reactive() {
		return new ReactiveCommandExecutor(new MatrixOneConnectionFactory(this.r2dbc));
	}

	private SnapshotTemplate snapshots() {
		return new SnapshotTemplate(executor());
	}

	private CloneTemplate clones() {
		return new CloneTemplate(executor());
	}

	private RestoreTemplate restores() {
		return new RestoreTemplate(executor(), snapshots(), List.of());
	}

	private ControlTemplate controls() {
		return new ControlTemplate(executor());
	}

	private ReactiveSnapshotTemplate reactiveSnapshots() {
		return new ReactiveSnapshotTemplate(reactive());
	}

	private ReactiveCloneTemplate reactiveClones() {
		return new ReactiveCloneTemplate(reactive());
	}

	private ReactiveRestoreTemplate reactiveRestores() {
		return new ReactiveRestoreTemplate(reactive(), reactiveSnapshots(), List.of());
	}

}
