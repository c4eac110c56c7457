package io.github.matrixone.spring.hibernate;

import java.io.Serial;

import org.hibernate.dialect.Dialect;
import org.hibernate.engine.jdbc.Size;
import org.hibernate.metamodel.mapping.SqlExpressible;
import org.hibernate.type.descriptor.sql.internal.DdlTypeImpl;
import org.hibernate.type.descriptor.sql.spi.DdlTypeRegistry;
import org.jspecify.annotations.Nullable;

/**
 * {@code varchar} up to the longest that the server has, and {@code text} beyond. The
 * builder that Hibernate 7.4 has for this is not in 7.2.
 */
final class VarcharDdlType extends DdlTypeImpl {

	@Serial
	private static final long serialVersionUID = 1L;

	private static final int LONGEST_CAST = 65_535;

	private final int longest;

	VarcharDdlType(int sqlTypeCode, int longest, String castType, Dialect dialect) {
		super(sqlTypeCode, "text", castType, dialect);
		this.longest = longest;
	}

	@Override
	@SuppressWarnings("deprecation")
	public String[] getRawTypeNames() {
		return new String[] { "varchar", "text" };
	}

	@Override
	public String getTypeName(@Nullable Long size, @Nullable Integer precision, @Nullable Integer scale) {
		return (size != null && isVarchar(size)) ? "varchar(" + size + ')' : "text";
	}

	@Override
	public boolean isLob(Size size) {
		Long length = size.getLength();
		return length == null || !isVarchar(length);
	}

	@Override
	public String getCastTypeName(Size columnSize, SqlExpressible type, DdlTypeRegistry ddlTypeRegistry) {
		Long length = columnSize.getLength();
		return (length != null && length <= LONGEST_CAST) ? "varchar(" + length + ')'
				: super.getCastTypeName(columnSize, type, ddlTypeRegistry);
	}

	private boolean isVarchar(long length) {
		return length > 0 && length <= this.longest;
	}

}
