package io.github.matrixone.spring.contract.branch;

import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchEvent;
import io.github.matrixone.spring.branch.BranchEvent.Phase;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.contract.AnotherTransactionManager;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Operations in a transaction of something else, such as Kafka, on a pool that gives
 * connections which do not commit by themselves: nobody would ever commit there.
 */
@EnabledIfServer
class OtherTransactionTests {

	private static final String DATABASE = "ct_other_transaction";

	private static final TableName ITEM = TableName.of("item");

	private static final TableName DRAFT = TableName.of("draft");

	private final HikariDataSource pool = BranchTests.pool(DATABASE);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private final JdbcTemplate committed = ServerUnderTest.get().plainJdbc(DATABASE);

	private final CommandExecutor executor = new CommandExecutor(this.pool, new ServerBackend());

	private final TransactionTemplate other = new TransactionTemplate(new AnotherTransactionManager());

	OtherTransactionTests() {
		this.pool.setAutoCommit(false);
	}

	@BeforeEach
	void setUp() {
		this.committed.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(9))");
		this.committed.update("INSERT INTO item VALUES (1, 'one')");
		this.committed.execute("DATA BRANCH CREATE TABLE draft FROM item");
		this.committed.update("UPDATE draft SET name = 'two'");
	}

	@AfterEach
	void tearDown() {
		this.pool.close();
		this.committed.execute("DROP DATABASE " + DATABASE);
	}

	@Test
	void aMergeHasATransactionOfItsOwn() {
		BranchTemplate branches = new BranchTemplate(this.executor);
		this.other.executeWithoutResult((status) -> {
			this.jdbc.queryForList("SELECT * FROM item");
			assertThat(branches.merge(branches.diff(DRAFT)).updated()).isOne();
		});
		assertThat(this.committed.queryForObject("SELECT name FROM item", String.class)).isEqualTo("two");
	}

	@Test
	void aCloneIsThereAtOnce() {
		CloneTemplate clones = new CloneTemplate(this.executor);
		this.other.executeWithoutResult((status) -> {
			this.jdbc.queryForList("SELECT * FROM item");
			clones.cloneTable(ITEM, TableName.of("copy"));
			assertThat(this.committed.queryForObject("SELECT count(*) FROM copy", Integer.class)).isOne();
		});
		assertThat(this.committed.queryForObject("SELECT count(*) FROM copy", Integer.class)).isOne();
	}

	@Test
	void aMergeIsOneTransactionAlsoWhereItsManagerShowsNoConnection() {
		BranchTemplate branches = new BranchTemplate(this.executor);
		branches.setTransactionManagers(() -> List.of(new HiddenTransactionManager(this.pool)));
		branches.setApplicationEventPublisher((event) -> {
			if (((BranchEvent) event).phase() == Phase.AFTER) {
				throw new IllegalStateException("too late");
			}
		});
		assertThatIllegalStateException().isThrownBy(() -> branches.merge(DRAFT)).withMessage("too late");
		assertThat(this.committed.queryForObject("SELECT name FROM item", String.class)).isEqualTo("one");
	}

	/**
	 * As of JPA with a dialect that gives no connection.
	 */
	private static final class HiddenTransactionManager extends AnotherTransactionManager
			implements ResourceTransactionManager {

		private final DataSource dataSource;

		HiddenTransactionManager(DataSource dataSource) {
			this.dataSource = dataSource;
		}

		@Override
		public Object getResourceFactory() {
			return this.dataSource;
		}

	}

}
