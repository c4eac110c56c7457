package io.github.matrixone.spring.hibernate;

import jakarta.persistence.Timeout;
import org.hibernate.Timeouts;
import org.hibernate.boot.model.FunctionContributions;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.dialect.DatabaseVersion;
import org.hibernate.dialect.MySQLDialect;
import org.hibernate.dialect.MySQLServerConfiguration;
import org.hibernate.dialect.lock.spi.LockingSupport;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolutionInfo;
import org.hibernate.exception.spi.SQLExceptionConversionDelegate;
import org.hibernate.exception.spi.ViolatedConstraintNameExtractor;
import org.hibernate.service.ServiceRegistry;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Hibernate's dialect for MatrixOne, taken by itself where the server is one. Set
 * {@code hibernate.dialect} (in Spring Boot {@code spring.jpa.database-platform}) to this
 * class for an application that starts while its server is down.
 *
 * <p>
 * It differs from {@link MySQLDialect} in this:
 * <ul>
 * <li>All pessimistic locks are {@code FOR UPDATE}, which locks the rows of all tables of
 * a join. {@code FOR SHARE} is never sent: an update of a row locked by it can leave two
 * rows under one primary key. There is no {@code NOWAIT} and no {@code SKIP LOCKED}: they
 * throw {@link UnsupportedByServerException}. A lock timeout is ignored; the query
 * timeout also ends a wait for a lock.</li>
 * <li>Vector columns: {@code float[]} with {@code @JdbcTypeCode(SqlTypes.VECTOR_FLOAT32)}
 * is {@code vecf32}, {@code double[]} with {@code SqlTypes.VECTOR_FLOAT64} is
 * {@code vecf64}, their dimension is that of {@code @Array(length)}.</li>
 * <li>Errors are told apart by MatrixOne's codes and texts.</li>
 * </ul>
 *
 * @since 0.1
 */
public class MatrixOneDialect extends MySQLDialect {

	/**
	 * What MatrixOne says of itself before the dash, whatever its own version is.
	 */
	private static final DatabaseVersion VERSION = DatabaseVersion.make(8, 0, 30);

	private static final LockingSupport LOCKING = new MatrixOneLockingSupport();

	/**
	 * Create a dialect without asking the server.
	 */
	public MatrixOneDialect() {
		super(VERSION);
	}

	/**
	 * Create a dialect for a server.
	 * @param info what is known of the server
	 */
	public MatrixOneDialect(DialectResolutionInfo info) {
		super(VERSION, MySQLServerConfiguration.fromDialectResolutionInfo(info));
		registerKeywords(info);
	}

	@Override
	public void contributeTypes(TypeContributions typeContributions, ServiceRegistry serviceRegistry) {
		super.contributeTypes(typeContributions, serviceRegistry);
		Vectors.contributeTypes(typeContributions, this);
	}

	@Override
	public void initializeFunctionRegistry(FunctionContributions functionContributions) {
		super.initializeFunctionRegistry(functionContributions);
		Vectors.contributeFunctions(functionContributions);
	}

	@Override
	public SQLExceptionConversionDelegate buildSQLExceptionConversionDelegate() {
		return new ExceptionConversion();
	}

	@Override
	public ViolatedConstraintNameExtractor getViolatedConstraintNameExtractor() {
		return ExceptionConversion.CONSTRAINT_NAMES;
	}

	@Override
	public LockingSupport getLockingSupport() {
		return LOCKING;
	}

	@Override
	protected boolean supportsAliasLocks() {
		return false;
	}

	@Override
	protected boolean supportsForShare() {
		return false;
	}

	@Override
	public String getReadLockString(Timeout timeout) {
		return getWriteLockString(timeout);
	}

	@Override
	public String getReadLockString(String aliases, Timeout timeout) {
		return getWriteLockString(timeout);
	}

	@Override
	public String getReadLockString(int timeout) {
		return getWriteLockString(timeout);
	}

	@Override
	public String getReadLockString(String aliases, int timeout) {
		return getWriteLockString(timeout);
	}

	@Override
	public String getWriteLockString(Timeout timeout) {
		return getWriteLockString(timeout.milliseconds());
	}

	@Override
	public String getWriteLockString(String aliases, Timeout timeout) {
		return getWriteLockString(timeout);
	}

	@Override
	public String getWriteLockString(int timeout) {
		return switch (timeout) {
			case Timeouts.NO_WAIT_MILLI -> getForUpdateNowaitString();
			case Timeouts.SKIP_LOCKED_MILLI -> getForUpdateSkipLockedString();
			default -> getForUpdateString();
		};
	}

	@Override
	public String getWriteLockString(String aliases, int timeout) {
		return getWriteLockString(timeout);
	}

	@Override
	public String getForUpdateNowaitString() {
		throw unsupported("NOWAIT",
				"Give the query a timeout (jakarta.persistence.query.timeout), which also ends a wait for a lock");
	}

	@Override
	public String getForUpdateNowaitString(String aliases) {
		return getForUpdateNowaitString();
	}

	@Override
	public String getForUpdateSkipLockedString() {
		throw unsupported("SKIP LOCKED",
				"Take rows with an UPDATE that marks them, and select those that it has marked");
	}

	@Override
	public String getForUpdateSkipLockedString(String aliases) {
		return getForUpdateSkipLockedString();
	}

	private static UnsupportedByServerException unsupported(String clause, String cure) {
		return new UnsupportedByServerException(
				"MatrixOne has no " + clause + ": without it the query would wait. " + cure, null, null);
	}

}
