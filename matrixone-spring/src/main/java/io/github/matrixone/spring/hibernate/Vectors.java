package io.github.matrixone.spring.hibernate;

import java.util.List;

import org.hibernate.MappingException;
import org.hibernate.boot.model.FunctionContributions;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.dialect.Dialect;
import org.hibernate.engine.jdbc.Size;
import org.hibernate.metamodel.mapping.MappingModelExpressible;
import org.hibernate.query.sqm.function.SqmFunctionRegistry;
import org.hibernate.query.sqm.produce.function.FunctionArgumentTypeResolver;
import org.hibernate.query.sqm.produce.function.StandardArgumentsValidators;
import org.hibernate.query.sqm.produce.function.StandardFunctionReturnTypeResolvers;
import org.hibernate.query.sqm.sql.SqmToSqlAstConverter;
import org.hibernate.query.sqm.tree.SqmTypedNode;
import org.hibernate.query.sqm.tree.expression.SqmExpression;
import org.hibernate.query.sqm.tree.expression.SqmFunction;
import org.hibernate.type.BasicArrayType;
import org.hibernate.type.BasicType;
import org.hibernate.type.BasicTypeReference;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.StandardBasicTypes;
import org.hibernate.type.Type;
import org.hibernate.type.descriptor.sql.internal.DdlTypeImpl;
import org.hibernate.type.descriptor.sql.spi.DdlTypeRegistry;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Vector columns and their functions, under the names that Hibernate's own vector module
 * has for them, and {@code cosine_similarity}, {@code l1_norm} and {@code l2_norm}.
 * MatrixOne's own {@code inner_product} is the negative one.
 */
final class Vectors {

	private Vectors() {
	}

	static void contributeTypes(TypeContributions contributions, Dialect dialect) {
		TypeConfiguration types = contributions.getTypeConfiguration();
		register(types, dialect, VectorKind.FLOAT32, SqlTypes.VECTOR, StandardBasicTypes.FLOAT,
				StandardBasicTypes.VECTOR.getName(), float[].class);
		register(types, dialect, VectorKind.FLOAT32, SqlTypes.VECTOR_FLOAT32, StandardBasicTypes.FLOAT,
				StandardBasicTypes.VECTOR_FLOAT32.getName(), float[].class);
		register(types, dialect, VectorKind.FLOAT64, SqlTypes.VECTOR_FLOAT64, StandardBasicTypes.DOUBLE,
				StandardBasicTypes.VECTOR_FLOAT64.getName(), double[].class);
	}

	static void contributeFunctions(FunctionContributions contributions) {
		SqmFunctionRegistry functions = contributions.getFunctionRegistry();
		distance(contributions, "euclidean_distance", "l2_distance(?1,?2)", "l2_distance");
		distance(contributions, "euclidean_squared_distance", "l2_distance_sq(?1,?2)", "l2_squared_distance",
				"l2_distance_sq");
		distance(contributions, "cosine_distance", "cosine_distance(?1,?2)");
		distance(contributions, "cosine_similarity", "cosine_similarity(?1,?2)");
		distance(contributions, "inner_product", "(-inner_product(?1,?2))");
		distance(contributions, "negative_inner_product", "inner_product(?1,?2)");
		of(contributions, "vector_dims", StandardBasicTypes.INTEGER);
		of(contributions, "l1_norm", StandardBasicTypes.DOUBLE);
		of(contributions, "l2_norm", StandardBasicTypes.DOUBLE);
		functions.registerAlternateKey("vector_norm", "l2_norm");
	}

	private static <E, A> void register(TypeConfiguration types, Dialect dialect, VectorKind kind, int sqlTypeCode,
			BasicTypeReference<E> elementReference, String typeName, Class<A> arrayType) {
		BasicType<E> elementType = types.getBasicTypeRegistry().resolve(elementReference);
		VectorJdbcType jdbcType = new VectorJdbcType(kind, sqlTypeCode, elementType.getJdbcType());
		types.getJdbcTypeRegistry().addDescriptor(sqlTypeCode, jdbcType);
		types.getBasicTypeRegistry()
			.register(new BasicArrayType<>(elementType, jdbcType,
					types.getJavaTypeRegistry().<Object[]>resolveDescriptor(arrayType)), typeName);
		types.getDdlTypeRegistry().addDescriptor(new VectorDdlType(sqlTypeCode, kind.typeName(), dialect));
	}

	private static void distance(FunctionContributions contributions, String name, String pattern,
			String... alternates) {
		SqmFunctionRegistry functions = contributions.getFunctionRegistry();
		functions.patternDescriptorBuilder(name, pattern)
			.setArgumentsValidator(StandardArgumentsValidators.exactly(2))
			.setArgumentTypeResolver(new VectorArgument())
			.setReturnTypeResolver(StandardFunctionReturnTypeResolvers.invariant(
					contributions.getTypeConfiguration().getBasicTypeRegistry().resolve(StandardBasicTypes.DOUBLE)))
			.register();
		for (String alternate : alternates) {
			functions.registerAlternateKey(alternate, name);
		}
	}

	private static void of(FunctionContributions contributions, String name, BasicTypeReference<?> result) {
		contributions.getFunctionRegistry()
			.namedDescriptorBuilder(name)
			.setExactArgumentCount(1)
			.setArgumentTypeResolver(new VectorArgument())
			.setInvariantType(contributions.getTypeConfiguration().getBasicTypeRegistry().resolve(result))
			.register();
	}

	/**
	 * Takes a parameter for the kind of vector that it is compared with.
	 */
	private static final class VectorArgument implements FunctionArgumentTypeResolver {

		@Override
		@SuppressWarnings("removal")
		public @Nullable MappingModelExpressible<?> resolveFunctionArgumentType(SqmFunction<?> function, int index,
				SqmToSqlAstConverter converter) {
			return resolveFunctionArgumentType(function.getArguments(), index, converter);
		}

		@Override
		public @Nullable MappingModelExpressible<?> resolveFunctionArgumentType(
				List<? extends SqmTypedNode<?>> arguments, int index, SqmToSqlAstConverter converter) {
			for (int i = 0; i < arguments.size(); i++) {
				if (i != index && arguments.get(i) instanceof SqmExpression<?> other) {
					MappingModelExpressible<?> type = converter.determineValueMapping(other);
					if (type != null) {
						return type;
					}
				}
			}
			return converter.getCreationContext()
				.getTypeConfiguration()
				.getBasicTypeRegistry()
				.resolve(StandardBasicTypes.VECTOR);
		}

	}

	/**
	 * The type's name with the length of {@link org.hibernate.annotations.Array}.
	 */
	private static final class VectorDdlType extends DdlTypeImpl {

		private final String typeName;

		VectorDdlType(int sqlTypeCode, String typeName, Dialect dialect) {
			super(sqlTypeCode, typeName, dialect);
			this.typeName = typeName;
		}

		@Override
		public String getTypeName(Size size, Type type, DdlTypeRegistry registry) {
			Integer length = size.getArrayLength();
			if (length == null) {
				throw new MappingException(
						"A column of type " + this.typeName + " needs its dimension: @Array(length = …)");
			}
			return this.typeName + '(' + length + ')';
		}

	}

}
