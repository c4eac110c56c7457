package io.github.matrixone.spring.contract.branch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchNote;
import io.github.matrixone.spring.branch.BranchNotes;
import io.github.matrixone.spring.branch.BranchRetention;
import io.github.matrixone.spring.branch.BranchRetentionPlan.Decision;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.ReactiveBranchNotes;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Notes on branches, blocking and reactive.
 */
@EnabledIfServer
@Timeout(120)
class BranchNotesTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final DatabaseName DATABASE = DatabaseName.of("ct_branch_note");

	private static final DatabaseName DRAFTS = DatabaseName.of("ct_branch_note_drafts");

	private static final TableName ITEM = TableName.of("item");

	private static final TableName DRAFT = TableName.of("draft");

	private static final TableName NOTES = TableName.of(BranchNotes.DEFAULT_TABLE);

	private static final BranchNote NOTE = BranchNote.of("ada", "prices of 'spring' \\ ? 🌱");

	private static final Instant TIME = Instant.parse("2027-03-31T12:00:00.123456Z");

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

	private final HikariDataSource pool = BranchTests.pool(DATABASE.value());

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	private final BranchTemplate branches = new BranchTemplate(this.executor);

	private final BranchNotes notes = new BranchNotes(this.executor, NOTES);

	private final ConnectionPool reactivePool = reactivePool();

	private final ReactiveBranchNotes reactive = new ReactiveBranchNotes(new ReactiveCommandExecutor(this.reactivePool),
			NOTES);

	@BeforeEach
	void setUp() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_note_drafts");
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
		this.jdbc.update("INSERT INTO item VALUES (1, 'one')");
		new ResourceDatabasePopulator(new ClassPathResource(BranchNotes.SCHEMA)).execute(this.dataSource);
	}

	@AfterEach
	void tearDown() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_note_drafts");
		this.jdbc.execute("DROP DATABASE ct_branch_note");
		this.pool.close();
		this.reactivePool.disposeLater().block(LIMIT);
	}

	@Test
	void tellsOfEachBranchWhatWasWrittenLast() {
		Branch draft = this.branches.createTable(ITEM, DRAFT);
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.notes.write(DRAFT, BranchNote.of("eve", ""));
		this.notes.write(DRAFT, NOTE.keepUntil(TIME));
		this.notes.write(DRAFTS, NOTE.keepUntil(LAST));
		assertThat(this.notes.find(DRAFTS)).contains(NOTE.keepUntil(LAST));
		this.notes.write(DRAFTS, NOTE);
		assertThat(this.notes.find(DRAFT)).contains(NOTE.keepUntil(TIME));
		assertThat(this.notes.find(DRAFTS)).contains(NOTE);
		assertThat(this.notes.all()).containsEntry(draft, NOTE.keepUntil(TIME)).hasSizeGreaterThan(1);
		assertThat(this.reactive.find(DRAFT).block(LIMIT)).isEqualTo(NOTE.keepUntil(TIME));
		assertThat(this.reactive.all().block(LIMIT)).isEqualTo(this.notes.all());
		this.reactive.write(DRAFT, NOTE).then(this.reactive.write(DRAFTS, NOTE.keepUntil(TIME))).block(LIMIT);
		assertThat(this.notes.find(DRAFT)).contains(NOTE);
		assertThat(this.notes.find(DRAFTS)).contains(NOTE.keepUntil(TIME));
		assertThat(this.reactive.find(DRAFTS).block(LIMIT)).isEqualTo(NOTE.keepUntil(TIME));
	}

	@Test
	void staysWithABranchThatIsAlteredOrRenamedAndNotWithAnotherOfItsName() {
		this.branches.createTable(ITEM, DRAFT);
		this.notes.write(DRAFT, NOTE);
		this.jdbc.execute("ALTER TABLE draft ADD COLUMN price INT");
		assertThat(this.notes.find(DRAFT)).contains(NOTE);
		this.jdbc.execute("ALTER TABLE draft RENAME TO sketch");
		assertThat(this.notes.find(TableName.of("sketch"))).contains(NOTE);
		this.notes.write(TableName.of("sketch"), BranchNote.of("eve", "other"));
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM matrixone_branch_note", Integer.class)).isOne();
		this.branches.deleteTable(TableName.of("sketch"));
		this.branches.createTable(ITEM, TableName.of("sketch"));
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.notes.write(DRAFTS, NOTE);
		this.branches.deleteDatabase(DRAFTS);
		this.branches.createDatabase(DATABASE, DRAFTS);
		assertThat(this.notes.all()).isEmpty();
		assertThat(this.notes.find(DRAFTS)).isEmpty();
	}

	@Test
	void isGoneWithABranchThatARollbackDeletes() {
		this.transaction.executeWithoutResult((status) -> {
			this.branches.createTable(ITEM, DRAFT);
			this.notes.write(DRAFT, NOTE);
			assertThat(this.notes.find(DRAFT)).contains(NOTE);
			status.setRollbackOnly();
		});
		assertThat(this.jdbc.queryForList("SELECT * FROM matrixone_branch_note")).isEmpty();
		this.branches.createTable(ITEM, DRAFT);
		TransactionalOperator operator = TransactionalOperator.create(new R2dbcTransactionManager(this.reactivePool));
		operator.execute((status) -> {
			status.setRollbackOnly();
			return this.reactive.write(DRAFT, NOTE).then(this.reactive.find(DRAFT));
		}).as((found) -> assertThat(found.blockLast(LIMIT)).isEqualTo(NOTE));
		assertThat(this.notes.find(DRAFT)).isEmpty();
	}

	@Test
	void saysWhatIsMissing() {
		assertThatExceptionOfType(BranchNotFoundException.class).isThrownBy(() -> this.notes.write(ITEM, NOTE));
		assertThatExceptionOfType(BranchNotFoundException.class).isThrownBy(() -> this.notes.write(DATABASE, NOTE));
		assertThatExceptionOfType(BranchNotFoundException.class)
			.isThrownBy(() -> this.reactive.write(DATABASE, NOTE).block(LIMIT));
		this.branches.createTable(ITEM, DRAFT);
		this.jdbc.execute("DROP TABLE matrixone_branch_note");
		assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(() -> this.notes.write(DRAFT, NOTE))
			.withMessageContaining(BranchNotes.SCHEMA);
		assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(this.notes::all)
			.withMessageContaining(BranchNotes.SCHEMA);
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.reactive.write(DRAFT, NOTE).block(LIMIT))
			.withMessageContaining(BranchNotes.SCHEMA);
		assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(() -> this.reactive.all().block(LIMIT))
			.withMessageContaining(BranchNotes.SCHEMA);
	}

	@Test
	void endsBranchesAtTheTimeThatTheirNotesSay() {
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.branches.createTable(ITEM, DRAFT);
		this.branches.createTable(ITEM, TableName.of("changed"));
		this.branches.createTable(ITEM, TableName.of("later"));
		this.jdbc.update("UPDATE changed SET name = 'ONE'");
		Instant now = Instant.now();
		for (String name : List.of("draft", "changed")) {
			this.notes.write(TableName.of(name), NOTE.keepUntil(now));
		}
		this.notes.write(TableName.of("later"), NOTE.keepUntil(now.plus(1, ChronoUnit.HOURS)));
		this.notes.write(DRAFTS, NOTE.keepUntil(now));
		Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
		BranchRetention retention = new BranchRetention(this.branches, List.of(), clock, this.notes);
		assertThat(retention.prune()).extracting(Decision::name)
			.containsExactlyInAnyOrder("ct_branch_note.draft", DRAFTS.value());
		assertThat(this.notes.all().keySet()).extracting((branch) -> branch.table().normalizedName())
			.containsExactlyInAnyOrder("changed", "later");
		assertThat(retention.plan().decisions()).extracting(Decision::name, Decision::isDelete)
			.hasSize(2)
			.allMatch((decision) -> decision.toList().get(1).equals(false));
	}

	private static ConnectionPool reactivePool() {
		ServerUnderTest server = ServerUnderTest.get();
		ConnectionFactory driver = ConnectionFactories
			.get(ConnectionFactoryOptions.parse(server.url().replaceFirst("jdbc", "r2dbc") + DATABASE.value())
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.build());
		return new ConnectionPool(
				ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(driver)).initialSize(0).build());
	}

}
