package io.github.matrixone.spring.contract.slices;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.test.context.transaction.BeforeTransaction;
import org.springframework.test.context.transaction.TestTransaction;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a test slice promises with nothing added to it. Its test methods are not those of
 * the slice's class and do not inherit that the slice is transactional.
 */
@Transactional
abstract class SliceContract {

	private static final TableName CLONE = TableName.of("slice_clone");

	@Autowired
	SnapshotOperations snapshots;

	@Autowired
	CloneOperations clones;

	@Autowired
	RestoreOperations restores;

	@Autowired
	ControlOperations controls;

	@Autowired
	SQLExceptionTranslator translator;

	@Autowired
	DataSource dataSource;

	abstract void save(int id, String name);

	@BeforeTransaction
	void prepare() {
		jdbc().execute("DROP TABLE IF EXISTS slice_clone");
		jdbc().update("DELETE FROM item");
	}

	@Test
	void hasTheStartersBeans() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(connection.isWrapperFor(MatrixOneConnection.class)).isTrue();
		}
		assertThat(this.translator).isInstanceOf(MatrixOneExceptionTranslator.class);
		assertThat(this.snapshots.list()).isNotNull();
	}

	@Test
	void aCloneRollsBackWithTheTestAndItsRows() {
		assertThat(TestTransaction.isActive()).isTrue();
		save(1, "one");
		this.clones.cloneTable(TableName.of("item"), CLONE);
		assertThat(jdbc().queryForList("SELECT name FROM slice_clone", String.class)).containsExactly("one");
	}

	@AfterTransaction
	void nothingIsLeft() {
		assertThat(tables()).contains("item").doesNotContain("slice_clone");
		assertThat(jdbc().queryForObject("SELECT count(*) FROM item", Integer.class)).isZero();
	}

	private List<String> tables() {
		return jdbc().queryForList("SELECT table_name FROM information_schema.tables WHERE table_name IN ('item', ?)",
				String.class, CLONE.name());
	}

	private JdbcTemplate jdbc() {
		return new JdbcTemplate(this.dataSource);
	}

}
