package io.github.matrixone.spring.dao;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The errors of a MatrixOne server that mean something to applications: by their code,
 * and by their text where several have one code. The codes are those that MySQL has for
 * the same fault, or else MatrixOne's own, from 20100. They are v4.2.0's unless something
 * else is said. The first of several with one code whose text fits is the one.
 *
 * @since 0.1
 */
public enum MatrixOneError {

	/** The server has sent no code: an error of the driver or of the connection. */
	NONE(0),

	/** A database with that name exists. */
	DATABASE_EXISTS(1007),

	/** The database to drop does not exist. */
	NO_DATABASE_TO_DROP(1008),

	/**
	 * A column must not be null; of MySQL, MatrixOne has {@link #CONSTRAINT_VIOLATION}.
	 */
	COLUMN_IS_NULL(1048, "23000"),

	/** There is no such database. */
	UNKNOWN_DATABASE(1049, "42000"),

	/** A table with that name exists. */
	TABLE_EXISTS(1050, "42S01"),

	/** There is no such column; v4.2.0 has {@link #INVALID_COLUMN}. */
	UNKNOWN_COLUMN(1054, "42S22"),

	/** A table has two columns with one name. */
	DUPLICATE_COLUMN(1060, "42S21"),

	/** A table has two keys with one name. */
	DUPLICATE_KEY_NAME(1061, "42000"),

	/** A row has the key of another one. */
	DUPLICATE_ENTRY(1062, "23000"),

	/** Accounts other than sys have no list of PITRs; newer servers have another code. */
	NO_LIST_OF_PITRS(1064, "42S02", (text) -> text.contains("table \"mo_pitr\"") && endsInMissing(text)),

	/**
	 * Accounts other than sys have no list of branches; newer servers have another code.
	 */
	NO_LIST_OF_BRANCHES(1064, "42S02", MatrixOneError::isListOfBranches),

	/** There is no such table; newer servers have {@link #NO_SUCH_TABLE}. */
	UNKNOWN_TABLE(1064, "42S02", (text) -> text.contains("table \"") && endsInMissing(text)),

	/** Something that a statement names is not there, such as the source of a clone. */
	UNKNOWN_OBJECT(1064, "42000", MatrixOneError::endsInMissing),

	/** A statement cannot be parsed. */
	PARSE_ERROR(1064, "42000"),

	/** A column cannot have such a default. */
	INVALID_DEFAULT(1067, "42000"),

	/** A table has more than one primary key. */
	MULTIPLE_PRIMARY_KEYS(1068, "42000"),

	/** A table has too many keys. */
	TOO_MANY_KEYS(1069, "42000"),

	/** A key has too many columns. */
	TOO_MANY_KEY_PARTS(1070, "42000"),

	/** A key names a column that is not there. */
	UNKNOWN_KEY_COLUMN(1072, "42000"),

	/** An {@code ALTER TABLE} would drop all columns. */
	NO_COLUMN_LEFT(1090, "42000"),

	/** The column or key to drop does not exist. */
	NOTHING_TO_DROP(1091, "42000"),

	/** A column of its type cannot have a default. */
	DEFAULT_OF_BLOB(1101, "42000"),

	/** A statement was cancelled. */
	QUERY_CANCELED(1105, (text) -> text.contains("context canceled")),

	/** An error that the server does not classify. */
	UNCLASSIFIED(1105),

	/** A statement names a column twice; newer than v4.2.0. */
	COLUMN_TWICE(1110, "42000"),

	/** A table has no columns. */
	NO_COLUMNS(1113, "42000"),

	/** There are more or fewer values than columns. */
	WRONG_VALUE_COUNT(1136, "21S01"),

	/** Accounts other than sys have no list of PITRs; newer than v4.2.0. */
	NO_LIST_OF_PITRS_HERE(1146, "42S02", (text) -> text.contains("table \"mo_pitr\"") && endsInMissing(text)),

	/** Accounts other than sys have no list of branches; newer than v4.2.0. */
	NO_LIST_OF_BRANCHES_HERE(1146, "42S02", MatrixOneError::isListOfBranches),

	/**
	 * There is no such table; v4.2.0 has {@link #UNKNOWN_TABLE} where a query names it.
	 */
	NO_SUCH_TABLE(1146, "42S02"),

	/** A statement has a fault that the parser does not see. */
	SYNTAX_ERROR(1149, "42000"),

	/** A column cannot have such a name. */
	WRONG_COLUMN_NAME(1166, "42000"),

	/** A column of a primary key may be null. */
	NULL_IN_PRIMARY_KEY(1171, "42000"),

	/** A {@code SELECT INTO} gives more than one row; newer than v4.2.0. */
	TOO_MANY_ROWS(1172, "42000"),

	/** There is no such key. */
	UNKNOWN_KEY(1176, "42000"),

	/** A lock was waited for too long. */
	LOCK_WAIT_TIMEOUT(1205, "40001"),

	/** A foreign key references a row that is to be changed or deleted. */
	ROW_IS_REFERENCED(1217, "23000"),

	/**
	 * The parts of a {@code UNION} have different numbers of columns; newer than v4.2.0.
	 */
	DIFFERENT_COLUMN_COUNTS(1222, "21000"),

	/** An operand has too many or too few columns. */
	WRONG_OPERAND_COLUMNS(1241, "21000"),

	/** A sub-select gives more than one row. */
	SUBQUERY_ROWS(1242, "21000"),

	/** A sub-select in {@code FROM} has no alias. */
	NO_ALIAS(1248, "42000"),

	/**
	 * A value is too large or too small; of MySQL, MatrixOne has {@link #OUT_OF_RANGE}.
	 */
	OUT_OF_COLUMN_RANGE(1264, "22003"),

	/** An index cannot have such a name. */
	WRONG_INDEX_NAME(1280, "42000"),

	/** A statement was interrupted. */
	QUERY_INTERRUPTED(1317),

	/** Something was divided by zero. */
	DIVISION_BY_ZERO(1365, "22012"),

	/** A value is too long for its column. */
	DATA_TOO_LONG(1406, "22001"),

	/** A column cannot have so many digits. */
	TOO_BIG_PRECISION(1426, "42000"),

	/**
	 * A foreign key references a row; of MySQL, MatrixOne has {@link #ROW_IS_REFERENCED}.
	 */
	ROW_IS_REFERENCED_2(1451, "23000"),

	/** A foreign key references a row that is not there. */
	NO_REFERENCED_ROW(1452, "23000"),

	/** There are too many prepared statements. */
	TOO_MANY_PREPARED(1461, "42000"),

	/** A value is too large or too small. */
	OUT_OF_RANGE(1690, "22003"),

	/** The server has no memory left. */
	OUT_OF_MEMORY(3015),

	/** A statement took too long; newer than v4.2.0. */
	QUERY_TIMEOUT(3024),

	/** A check, or a column that must not be null. */
	CONSTRAINT_VIOLATION(3819, "23000"),

	/** The user lacks a privilege. */
	MISSING_PRIVILEGE(20101, "42000", (text) -> text.contains("do not have privilege")),

	/** Only the sys account may do this. */
	SYS_ACCOUNT_ONLY(20101, (text) -> text.contains("only sys tenant") || text.contains("non-sys account")),

	/** A statement is refused in a transaction. */
	NOT_IN_TRANSACTION(20101,
			(text) -> text.contains("unclassified statement appears in uncommitted transaction")
					|| text.contains("unsupported in transactions")),

	/** A PITR with that name exists. */
	PITR_EXISTS(20101, (text) -> text.startsWith("internal error: pitr ") && text.endsWith("already exists")),

	/** A snapshot with that name exists. */
	SNAPSHOT_EXISTS(20101, (text) -> text.contains("snapshot") && text.endsWith("already exists")),

	/** There is no such snapshot. */
	NO_SNAPSHOT(20101, (text) -> text.contains("find 0 snapshot records") || isMissing(text, "snapshot")),

	/** A snapshot does not hold what is to be read from it. */
	NOT_IN_SNAPSHOT(20101,
			(text) -> text.contains("does not belong to") || text.contains("does not match snapshot")
					|| text.contains("from db or table level snapshot")
					|| text.contains("from other account's snapshot") || text.contains("level snapshot to clone")),

	/** There is another PITR of the same cluster, account, database or table. */
	HAS_PITR(20101, (text) -> text.contains("already has a pitr") || text.contains("level pitr already exists")),

	/** There is no such PITR. */
	NO_PITR(20101, (text) -> text.contains("find 0 pitr records") || isMissing(text, "pitr")),

	/** A PITR does not hold what is to be restored. */
	NOT_IN_PITR(20101,
			(text) -> text.contains("pitr") && text.contains("is not allowed to restore")
					|| text.contains("restore level") && text.contains("is not allowed for")
					|| text.contains("level pitr") && text.contains("is not allowed for")
					|| text.contains("can not restore") && text.contains("by pitr")),

	/** An instant lies outside what a PITR can restore. */
	OUTSIDE_RECOVERY_WINDOW(20101,
			(text) -> text.contains("input timestamp")
					&& (text.contains("less than the pitr") || text.contains("bigger than now"))),

	/** There was no such database at the instant to restore. */
	NO_DATABASE_AT_INSTANT(20101,
			(text) -> text.startsWith("internal error: database '") && !text.contains("' table '")
					&& text.contains("does not exists at timestamp")),

	/** There was no such table at the instant to restore. */
	NO_TABLE_AT_INSTANT(20101,
			(text) -> text.startsWith("internal error: database '") && text.contains("does not exists at timestamp")),

	/** There is no such database to clone, restore or take a snapshot of. */
	NO_DATABASE(20101, (text) -> isMissing(text, "database")),

	/** There is no such table to clone, restore or take a snapshot of. */
	NO_TABLE(20101, "42S02", (text) -> isMissing(text, "table")),

	/** There was no such table when a snapshot was taken. */
	NO_TABLE_AT_SNAPSHOT(20101,
			(text) -> text.startsWith("internal error: table ") && text.contains("not exists at snapshot")),

	/** A feature that the server lacks. */
	UNSUPPORTED(20101,
			(text) -> text.contains("savepoint has not been implemented")
					|| text.contains("between different accounts need")),

	/** A row references, or is referenced by, another one. */
	FOREIGN_KEY_FAILS(20101, "23000", (text) -> text.contains("foreign key constraint fails")),

	/** A foreign key references a table that is to be truncated. */
	TABLE_IS_REFERENCED(20101, "23000", (text) -> text.contains("referenced by some foreign key constraint")),

	/** A foreign key references a table that is to be dropped. */
	TABLE_HAS_REFERENCES(20101, (text) -> text.contains("has been referenced by foreign keys")),

	/** A foreign key, where the server does not say so. */
	PARENT_OR_CHILD_ROW(20101, "23000",
			(text) -> text.contains("cannot delete or update a parent row")
					|| text.contains("cannot add or update a child row")),

	/** A value is too long for its column. */
	CAST_TOO_LONG(20101, "22001", (text) -> text.contains("is larger than dest length")),

	/** There is no such column. */
	COLUMN_NOT_FOUND(20101, "42S22",
			(text) -> text.startsWith("internal error: column ") && text.contains("not found in table")),

	/** A name is not valid, or nothing has it. */
	INVALID_NAME(20101,
			(text) -> text.contains("invalid input") || text.contains("invalid table name")
					|| text.contains("no such account") || isMissing(text, "account")),

	/** Any other internal error. */
	INTERNAL(20101),

	/** A feature that the server is to have. */
	NOT_YET_IMPLEMENTED(20102),

	/** A feature that the server lacks. */
	NOT_SUPPORTED(20105),

	/** Another compute node is not ready for its part of a query. */
	DISPATCH_NOT_REGISTERED(20106),

	/** A function cannot have such an argument. */
	INVALID_ARGUMENT(20203),

	/** An insert has no value for a column. */
	NO_VALUE(20301, "23000", (text) -> text.contains("invalid default value for column")),

	/** A number is too large for its column. */
	BEYOND_RANGE(20301, "22003", (text) -> text.contains("beyond the range")),

	/** There is no such column; newer servers have {@link #UNKNOWN_COLUMN}. */
	INVALID_COLUMN(20301, "42S22", (text) -> text.contains("column ") && endsInMissing(text)),

	/** Any other input that is not valid. */
	INVALID_INPUT(20301),

	/** A row has the key of a stored one. */
	STORED_DUPLICATE(20305, "23000"),

	/** A part of the server has not answered in time. */
	RPC_TIMEOUT(20500),

	/** The server's client of another part of it was closed. */
	CLIENT_CLOSED(20501),

	/** The connection to another part of the server was closed. */
	BACKEND_CLOSED(20502),

	/** The stream from another part of the server was closed. */
	STREAM_CLOSED(20503),

	/** No other part of the server is available. */
	NO_BACKEND(20504),

	/** Another part of the server cannot be reached. */
	BACKEND_UNREACHABLE(20505),

	/** Another part of the server is overloaded or down. */
	SERVICE_UNAVAILABLE(20506),

	/** Another part of the server has reset the connection. */
	CONNECTION_RESET(20507),

	/** All compute nodes are busy. */
	NODES_BUSY(20508),

	/** The transaction has ended. */
	TRANSACTION_CLOSED(20600),

	/** Another transaction has written the same. */
	WRITE_CONFLICT(20601, "40001"),

	/** There is no transaction. */
	MISSING_TRANSACTION(20602),

	/** What is read is being written. */
	UNRESOLVED_CONFLICT(20603, "40001"),

	/** The transaction is not known. */
	TRANSACTION_NOT_FOUND(20611),

	/** The transaction is not active. */
	TRANSACTION_NOT_ACTIVE(20612),

	/** A row may have the key of another one. */
	POSSIBLE_DUPLICATE(20617, "23000"),

	/** Another transaction has written what this one has read. */
	READ_WRITE_CONFLICT(20618, "40001"),

	/** Another transaction has written what this one has written. */
	WRITE_WRITE_CONFLICT(20619, "40001"),

	/** Another transaction has written what this one reads. */
	READ_CONFLICT(20622, "40001"),

	/** A row has the primary key of another one. */
	DUPLICATE_PRIMARY_KEY(20623, "23000"),

	/** The transaction has to be tried again. */
	RETRY(20628, "40001"),

	/** The storage wants the transaction to be tried again. */
	STORAGE_RETRY(20629, "40001"),

	/** The server cannot try a large transaction again by itself. */
	CANNOT_RETRY(20630, "40001"),

	/** A table has been altered meanwhile. */
	RETRY_CHANGED_TABLE(20631, "40001"),

	/** The transaction is too old. */
	STALE(20632, "40001"),

	/** The compute node is about to restart. */
	NODE_RESTARTING(20634),

	/** A compute node that is about to restart begins no transaction. */
	NO_TRANSACTION_WHILE_RESTARTING(20635),

	/** It is not known whether the transaction was committed. */
	COMMIT_UNKNOWN(20638),

	/** Transactions wait for each other. */
	DEADLOCK(20701, "40001"),

	/** The locks of a table have moved to another compute node. */
	LOCK_TABLE_MOVED(20702, "40001"),

	/** The locks of a table are not where they were. */
	NO_LOCK_TABLE(20703, "40001"),

	/** It cannot be known whether transactions wait for each other. */
	DEADLOCK_CHECK_BUSY(20704, "40001"),

	/** The transaction has lost its locks and cannot be committed. */
	ORPHAN(20705),

	/** A lock is taken that is not to be waited for. */
	LOCK_CONFLICT(20706, "40001"),

	/** The transaction locks so many rows that it needs the whole table. */
	TOO_MANY_LOCKS(20707, "40001"),

	/** The compute node has lost its locks and cannot commit. */
	ORPHAN_OF_NODE(20708),

	/** A lock on another compute node was waited for too long. */
	REMOTE_LOCK_WAIT_TIMEOUT(20709, "40001"),

	/** An error that nothing needs to tell from others. */
	OTHER(-1);

	private static final Map<Integer, List<MatrixOneError>> ALL = Arrays.stream(values())
		.collect(Collectors.groupingBy(MatrixOneError::code));

	private final int code;

	private final @Nullable String sqlState;

	private final Predicate<String> text;

	MatrixOneError(int code) {
		this(code, null, (text) -> true);
	}

	MatrixOneError(int code, String sqlState) {
		this(code, sqlState, (text) -> true);
	}

	MatrixOneError(int code, Predicate<String> text) {
		this(code, null, text);
	}

	MatrixOneError(int code, @Nullable String sqlState, Predicate<String> text) {
		this.code = code;
		this.sqlState = sqlState;
		this.text = text;
	}

	/**
	 * Return which error it is.
	 * @param ex an error that the server has reported
	 * @return the error, or {@link #OTHER}
	 */
	public static MatrixOneError of(SQLException ex) {
		String text = (ex.getMessage() != null) ? ex.getMessage().toLowerCase(Locale.ROOT) : "";
		return ALL.getOrDefault(ex.getErrorCode(), List.of())
			.stream()
			.filter((error) -> error.text.test(text))
			.findFirst()
			.orElse(OTHER);
	}

	/**
	 * Return the code that the server sends.
	 * @return the code
	 */
	public int code() {
		return this.code;
	}

	/**
	 * Return the SQLState that MySQL has for the same fault; the server sends
	 * {@code HY000} with almost all of them.
	 * @return the state, or {@code null} if MySQL has no such fault
	 */
	public @Nullable String sqlState() {
		return this.sqlState;
	}

	private static boolean isListOfBranches(String text) {
		return text.contains("table \"mo_branch_metadata\"") && endsInMissing(text);
	}

	private static boolean endsInMissing(String text) {
		return text.endsWith("does not exist");
	}

	private static boolean isMissing(String text, String kind) {
		return text.startsWith("internal error: " + kind + ' ') && endsInMissing(text);
	}

}
