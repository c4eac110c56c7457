package io.github.matrixone.sample.shop;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The shop's database, its tables, and the names of what is made beside it. Names are
 * types: none of a caller's text gets into a statement in another way.
 */
@Component
public class ShopDatabase {

	private final JdbcClient jdbc;

	private final SingletonSupplier<DatabaseName> name;

	ShopDatabase(JdbcClient jdbc) {
		this.jdbc = jdbc;
		this.name = SingletonSupplier
			.of(() -> DatabaseName.of(jdbc.sql("SELECT schema()").query(String.class).single()));
	}

	public DatabaseName name() {
		return this.name.obtain();
	}

	/**
	 * Return what a snapshot of the whole shop is to hold.
	 * @return the scope of the shop's database
	 */
	public SnapshotScope scope() {
		return SnapshotScope.database(name());
	}

	/**
	 * Name a snapshot of the shop. Such names are unique in the whole account, so they
	 * begin with the name of the database.
	 * @param label the end of the name
	 * @return the name
	 */
	public SnapshotName snapshot(String label) {
		return SnapshotName.of(name() + "_" + label);
	}

	/**
	 * Name a database that belongs to the shop.
	 * @param label the end of the name
	 * @return the name
	 */
	public DatabaseName besides(String label) {
		return DatabaseName.of(name() + "_" + label);
	}

	public List<TableName> tables() {
		return this.jdbc
			.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name")
			.param(name().normalized())
			.query(String.class)
			.list()
			.stream()
			.map((table) -> TableName.of(name(), table))
			.toList();
	}

	/**
	 * Count rows. In the transaction that has made a clone, MatrixOne 4.2.0 also counts
	 * rows that were deleted before it, except with a condition.
	 * @param table a quoted name, or what
	 * {@link io.github.matrixone.spring.snapshot.SnapshotOperations#tableAt} has rendered
	 * @return the number of rows
	 */
	public long count(String table) {
		return this.jdbc.sql("SELECT count(*) FROM " + table + " WHERE TRUE").query(Long.class).single();
	}

}
