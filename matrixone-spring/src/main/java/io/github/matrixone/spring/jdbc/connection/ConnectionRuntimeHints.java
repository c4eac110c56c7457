package io.github.matrixone.spring.jdbc.connection;

import java.sql.CallableStatement;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.util.ClassUtils;

/**
 * {@link RuntimeHintsRegistrar} for the proxies around the driver's objects.
 */
final class ConnectionRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<Class<?>> PROXIES = List.of(MatrixOneConnection.class, CallableStatement.class,
			DatabaseMetaData.class, ResultSet.class);

	private static final String RESULT_OF_CONNECTOR_J = "com.mysql.cj.protocol.Resultset";

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (Class<?> type : PROXIES) {
			hints.proxies().registerJdkProxy(WrapperHandler.interfaces(type));
		}
		if (ClassUtils.isPresent(RESULT_OF_CONNECTOR_J, classLoader)) {
			hints.proxies()
				.registerJdkProxy((proxy) -> proxy.proxiedInterfaces(TypeReference.of(RESULT_OF_CONNECTOR_J)));
		}
	}

}
