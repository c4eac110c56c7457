package io.github.matrixone.spring.hibernate;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

import org.hibernate.dialect.Dialect;
import org.hibernate.engine.jdbc.Size;
import org.hibernate.sql.ast.spi.SqlAppender;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.ValueExtractor;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.ArrayJdbcType;
import org.hibernate.type.descriptor.jdbc.BasicBinder;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A vector column, which is sent and received as text, such as {@code [1.5, 2.0]}.
 */
final class VectorJdbcType extends ArrayJdbcType {

	private final VectorKind kind;

	private final int sqlTypeCode;

	VectorJdbcType(VectorKind kind, int sqlTypeCode, JdbcType elementType) {
		super(elementType);
		this.kind = kind;
		this.sqlTypeCode = sqlTypeCode;
	}

	@Override
	public int getDefaultSqlTypeCode() {
		return this.sqlTypeCode;
	}

	@Override
	public JavaType<?> getRecommendedJavaType(@Nullable Integer precision, @Nullable Integer scale,
			TypeConfiguration typeConfiguration) {
		return typeConfiguration.getJavaTypeRegistry().resolveDescriptor(this.kind.arrayType());
	}

	@Override
	public <T> JdbcLiteralFormatter<T> getJdbcLiteralFormatter(JavaType<T> javaType) {
		return (appender, value, dialect, options) -> dialect.appendLiteral(appender,
				this.kind.text(javaType.unwrap(value, this.kind.arrayType(), options)));
	}

	@Override
	public void appendWriteExpression(String writeExpression, @Nullable Size size, SqlAppender appender,
			Dialect dialect) {
		appender.append(writeExpression);
	}

	@Override
	public <X> ValueBinder<X> getBinder(JavaType<X> javaType) {
		return new BasicBinder<>(javaType, this) {

			@Override
			protected void doBind(PreparedStatement statement, X value, int index, WrapperOptions options)
					throws SQLException {
				statement.setString(index, text(value, options));
			}

			@Override
			protected void doBind(CallableStatement statement, X value, String name, WrapperOptions options)
					throws SQLException {
				statement.setString(name, text(value, options));
			}

			private String text(X value, WrapperOptions options) {
				VectorKind kind = VectorJdbcType.this.kind;
				return kind.text(getJavaType().unwrap(value, kind.arrayType(), options));
			}

		};
	}

	@Override
	public <X> ValueExtractor<X> getExtractor(JavaType<X> javaType) {
		return new BasicExtractor<>(javaType, this) {

			@Override
			protected @Nullable X doExtract(ResultSet resultSet, int index, WrapperOptions options)
					throws SQLException {
				return vector(resultSet.getString(index), options);
			}

			@Override
			protected @Nullable X doExtract(CallableStatement statement, int index, WrapperOptions options)
					throws SQLException {
				return vector(statement.getString(index), options);
			}

			@Override
			protected @Nullable X doExtract(CallableStatement statement, String name, WrapperOptions options)
					throws SQLException {
				return vector(statement.getString(name), options);
			}

			private @Nullable X vector(@Nullable String text, WrapperOptions options) {
				return (text != null) ? getJavaType().wrap(VectorJdbcType.this.kind.parse(text), options) : null;
			}

		};
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof VectorJdbcType that && this.kind == that.kind && this.sqlTypeCode == that.sqlTypeCode;
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.kind, this.sqlTypeCode);
	}

}
