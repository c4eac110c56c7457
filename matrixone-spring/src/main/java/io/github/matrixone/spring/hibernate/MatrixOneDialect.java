package io.github.matrixone.spring.hibernate;

import java.time.ZonedDateTime;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;

import jakarta.persistence.TemporalType;
import jakarta.persistence.Timeout;
import org.hibernate.Timeouts;
import org.hibernate.boot.model.FunctionContributions;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.dialect.DatabaseVersion;
import org.hibernate.dialect.FunctionalDependencyAnalysisSupport;
import org.hibernate.dialect.FunctionalDependencyAnalysisSupportImpl;
import org.hibernate.dialect.MySQLDialect;
import org.hibernate.dialect.MySQLServerConfiguration;
import org.hibernate.dialect.lock.spi.LockingSupport;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolutionInfo;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.exception.spi.SQLExceptionConversionDelegate;
import org.hibernate.exception.spi.ViolatedConstraintNameExtractor;
import org.hibernate.persister.entity.mutation.EntityMutationTarget;
import org.hibernate.query.sqm.CastType;
import org.hibernate.query.sqm.function.SqmFunctionRegistry;
import org.hibernate.query.sqm.produce.function.FunctionParameterType;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.sql.ast.SqlAstTranslator;
import org.hibernate.sql.ast.SqlAstTranslatorFactory;
import org.hibernate.sql.ast.spi.SqlAppender;
import org.hibernate.sql.ast.spi.StandardSqlAstTranslatorFactory;
import org.hibernate.sql.ast.tree.Statement;
import org.hibernate.sql.exec.spi.JdbcOperation;
import org.hibernate.sql.model.MutationOperation;
import org.hibernate.sql.model.internal.OptionalTableUpdate;
import org.hibernate.sql.model.jdbc.OptionalTableUpdateOperation;
import org.hibernate.tool.schema.extract.internal.InformationExtractorJdbcDatabaseMetaDataImpl;
import org.hibernate.tool.schema.extract.spi.ExtractionContext;
import org.hibernate.tool.schema.extract.spi.InformationExtractor;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.StandardBasicTypes;
import org.hibernate.type.descriptor.DateTimeUtils;
import org.hibernate.type.descriptor.sql.internal.CapacityDependentDdlType;
import org.hibernate.type.descriptor.sql.internal.DdlTypeImpl;
import org.hibernate.type.descriptor.sql.spi.DdlTypeRegistry;

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
 * <li>Booleans are {@code boolean}, not {@code bit}, which the server takes for no
 * condition.</li>
 * <li>A query that sorts by a second key in descending order gets a limit that limits
 * nothing: without one the server does not sort by it. A limit in a correlated subquery
 * throws {@link UnsupportedByServerException}: the server would apply it to all outer
 * rows together.</li>
 * <li>Timestamp literals keep their fractions, casts between strings and booleans give
 * the right values, and {@code on conflict do update} updates.</li>
 * <li>The collations of {@code @Collate} that servers newer than 4.2 refuse become those
 * by which 4.2 compares.</li>
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

	/**
	 * The last MySQL without row aliases, which MatrixOne does not know.
	 */
	private static final DatabaseVersion WITHOUT_ROW_ALIASES = DatabaseVersion.make(8, 0, 18);

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
	public DatabaseVersion getMySQLVersion() {
		return WITHOUT_ROW_ALIASES;
	}

	/**
	 * The server's {@code bit} cannot be a condition, and is base64 in JSON. All texts
	 * and blobs are {@code text} and {@code blob} to it, of any length.
	 */
	@Override
	protected String columnType(int sqlTypeCode) {
		return switch (sqlTypeCode) {
			case SqlTypes.BOOLEAN -> "boolean";
			case SqlTypes.BLOB -> "blob";
			case SqlTypes.CLOB, SqlTypes.NCLOB -> "text";
			default -> super.columnType(sqlTypeCode);
		};
	}

	@Override
	public int getPreferredSqlTypeCodeForBoolean() {
		return SqlTypes.BOOLEAN;
	}

	@Override
	public boolean equivalentTypes(int typeCode1, int typeCode2) {
		return (isBoolean(typeCode1) && isBoolean(typeCode2)) || super.equivalentTypes(typeCode1, typeCode2);
	}

	private static boolean isBoolean(int typeCode) {
		return typeCode == SqlTypes.BOOLEAN || typeCode == SqlTypes.BIT;
	}

	/**
	 * The server's {@code cast(… as char(n))} ends at 255 characters.
	 */
	@Override
	protected String castType(int sqlTypeCode) {
		return switch (sqlTypeCode) {
			case SqlTypes.CHAR, SqlTypes.VARCHAR, SqlTypes.LONG32VARCHAR, SqlTypes.CLOB, SqlTypes.NCHAR,
					SqlTypes.NVARCHAR, SqlTypes.LONG32NVARCHAR, SqlTypes.NCLOB ->
				"varchar";
			default -> super.castType(sqlTypeCode);
		};
	}

	@Override
	protected void registerColumnTypes(TypeContributions typeContributions, ServiceRegistry serviceRegistry) {
		super.registerColumnTypes(typeContributions, serviceRegistry);
		DdlTypeRegistry types = typeContributions.getTypeConfiguration().getDdlTypeRegistry();
		for (int code : new int[] { SqlTypes.VARCHAR, SqlTypes.NVARCHAR }) {
			types.addDescriptor(new VarcharDdlType(code, getMaxVarcharLength(), castType(code), this));
		}
		types.addDescriptor(CapacityDependentDdlType
			.builder(SqlTypes.VARBINARY, CapacityDependentDdlType.LobKind.BIGGEST_LOB, "blob",
					castType(SqlTypes.BINARY), this)
			.withTypeCapacity(getMaxVarbinaryLength(), "varbinary($l)")
			.build());
		for (int code : new int[] { SqlTypes.CLOB, SqlTypes.NCLOB }) {
			types.addDescriptor(new DdlTypeImpl(code, true, "text", castType(code), this));
		}
		types.addDescriptor(new DdlTypeImpl(SqlTypes.BLOB, true, "blob", castType(SqlTypes.BLOB), this));
	}

	@Override
	public String castPattern(CastType from, CastType to) {
		return (from == CastType.BOOLEAN && to == CastType.STRING)
				? "case ?1 when true then 'true' when false then 'false' else null end" : super.castPattern(from, to);
	}

	/**
	 * Hibernate's own text is a join that finds nothing on MatrixOne.
	 */
	@Override
	protected String buildStringToBooleanCast(String trueValue, String falseValue) {
		return "case when lower(?1) in ('t','true','y','1') then " + trueValue
				+ " when lower(?1) in ('f','false','n','0') then " + falseValue + " else null end";
	}

	/**
	 * The server cuts {@code timestamp '…'} to seconds.
	 */
	@Override
	@SuppressWarnings("deprecation")
	public void appendDateTimeLiteral(SqlAppender appender, TemporalAccessor temporalAccessor, TemporalType precision,
			TimeZone jdbcTimeZone) {
		if (precision != TemporalType.TIMESTAMP) {
			super.appendDateTimeLiteral(appender, temporalAccessor, precision, jdbcTimeZone);
			return;
		}
		appender.appendSql("cast('");
		TemporalAccessor value = (temporalAccessor instanceof ZonedDateTime zoned) ? zoned.toOffsetDateTime()
				: temporalAccessor;
		DateTimeUtils.appendAsTimestampWithMicros(appender, value, false, jdbcTimeZone, false);
		appender.appendSql("' as datetime(6))");
	}

	@Override
	@SuppressWarnings("deprecation")
	public void appendDateTimeLiteral(SqlAppender appender, Date date, TemporalType precision, TimeZone jdbcTimeZone) {
		if (precision != TemporalType.TIMESTAMP) {
			super.appendDateTimeLiteral(appender, date, precision, jdbcTimeZone);
			return;
		}
		appender.appendSql("cast('");
		DateTimeUtils.appendAsTimestampWithMicros(appender, date, jdbcTimeZone);
		appender.appendSql("' as datetime(6))");
	}

	@Override
	@SuppressWarnings("deprecation")
	public void appendDateTimeLiteral(SqlAppender appender, Calendar calendar, TemporalType precision,
			TimeZone jdbcTimeZone) {
		if (precision != TemporalType.TIMESTAMP) {
			super.appendDateTimeLiteral(appender, calendar, precision, jdbcTimeZone);
			return;
		}
		appender.appendSql("cast('");
		DateTimeUtils.appendAsTimestampWithMillis(appender, calendar, jdbcTimeZone);
		appender.appendSql("' as datetime(6))");
	}

	/**
	 * Return the collation for a column. A server of 4.2 takes any name and compares byte
	 * by byte; newer ones refuse the names of those that they do not have.
	 */
	@Override
	public String quoteCollation(String collation) {
		String known = switch (collation.toLowerCase(Locale.ROOT)) {
			case "utf8_unicode_ci", "utf8mb3_unicode_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_520_ci" ->
				"utf8mb4_general_ci";
			case "utf8mb4_0900_bin" -> "utf8mb4_bin";
			default -> collation;
		};
		return super.quoteCollation(known);
	}

	@Override
	public boolean supportsLateral() {
		return false;
	}

	@Override
	public FunctionalDependencyAnalysisSupport getFunctionalDependencyAnalysisSupport() {
		return FunctionalDependencyAnalysisSupportImpl.NONE;
	}

	@Override
	public SqlAstTranslatorFactory getSqlAstTranslatorFactory() {
		return new StandardSqlAstTranslatorFactory() {

			@Override
			protected <T extends JdbcOperation> SqlAstTranslator<T> buildTranslator(
					SessionFactoryImplementor sessionFactory, Statement statement) {
				return new MatrixOneSqlAstTranslator<>(sessionFactory, statement, MatrixOneDialect.this);
			}

		};
	}

	/**
	 * Updates the row, or inserts it: {@code ON DUPLICATE KEY UPDATE} refuses a table
	 * with a unique column.
	 */
	@Override
	public MutationOperation createOptionalTableUpdateOperation(EntityMutationTarget mutationTarget,
			OptionalTableUpdate update, SessionFactoryImplementor factory) {
		return new OptionalTableUpdateOperation(mutationTarget, update, factory);
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
		registerFunctions(functionContributions);
	}

	/**
	 * The server's {@code char(65 using ascii)} has a zero byte more.
	 */
	private static void registerFunctions(FunctionContributions contributions) {
		SqmFunctionRegistry functions = contributions.getFunctionRegistry();
		functions.patternDescriptorBuilder("chr", "char(?1)")
			.setInvariantType(
					contributions.getTypeConfiguration().getBasicTypeRegistry().resolve(StandardBasicTypes.CHARACTER))
			.setExactArgumentCount(1)
			.setParameterTypes(FunctionParameterType.INTEGER)
			.register();
		functions.registerAlternateKey("char", "chr");
	}

	/**
	 * Hibernate's own queries for MySQL find no foreign keys, because the server's
	 * {@code information_schema.key_column_usage} is empty.
	 */
	@Override
	public InformationExtractor getInformationExtractor(ExtractionContext extractionContext) {
		return new InformationExtractorJdbcDatabaseMetaDataImpl(extractionContext);
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
				"MatrixOne has no " + clause + ": without it the query would wait. " + cure);
	}

}
