package io.github.matrixone.spring.jdbc.wire;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

import com.mysql.cj.conf.DefaultPropertySet;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What is changed and what is warned of, on real settings of Connector/J.
 */
class ConnectorJTests {

	@Test
	void turnsOffWhatTheDriverHasTurnedOnByItself() {
		PropertySet settings = afterHandshake();
		assertThat(ConnectorJ.adjust(settings, true)).containsExactly("useInformationSchema=false",
				"netTimeoutForStreamingResults=0", "nullDatabaseMeansCurrent=true");
		assertThat(settings.getBooleanProperty(PropertyKey.useInformationSchema).getValue()).isFalse();
		assertThat(ConnectorJ.warnings(settings)).isEmpty();
	}

	@Test
	void saysTheSameOfAConnectionThatIsAlreadyAdjusted() {
		PropertySet settings = afterHandshake();
		ConnectorJ.adjust(settings, true);
		assertThat(ConnectorJ.adjust(settings, true)).containsExactly("useInformationSchema=false",
				"netTimeoutForStreamingResults=0", "nullDatabaseMeansCurrent=true");
	}

	@Test
	void respectsWhatTheUserHasTurnedOnAndWarnsOfIt() {
		PropertySet settings = afterHandshake("useInformationSchema", "true");
		assertThat(ConnectorJ.adjust(settings, true)).containsExactly("netTimeoutForStreamingResults=0",
				"nullDatabaseMeansCurrent=true");
		assertThat(settings.getBooleanProperty(PropertyKey.useInformationSchema).getValue()).isTrue();
		assertThat(ConnectorJ.warnings(settings)).singleElement().asString().contains("MO#25103");
	}

	@Test
	void leavesWhatTheUserHasTurnedOff() {
		PropertySet settings = afterHandshake("useInformationSchema", "false");
		assertThat(ConnectorJ.adjust(settings, true)).containsExactly("useInformationSchema=false",
				"netTimeoutForStreamingResults=0", "nullDatabaseMeansCurrent=true");
		assertThat(ConnectorJ.warnings(settings)).isEmpty();
	}

	@Test
	void leavesWhatTheUserHasSetButForReconnecting() {
		PropertySet settings = afterHandshake("netTimeoutForStreamingResults", "60", "nullDatabaseMeansCurrent",
				"false", "autoReconnect", "true");
		assertThat(ConnectorJ.adjust(settings, true)).containsExactly("useInformationSchema=false",
				"autoReconnect=false");
		assertThat(settings.getBooleanProperty(PropertyKey.autoReconnect).getValue()).isFalse();
		assertThat(ConnectorJ.warnings(settings)).hasSize(2);
	}

	@Test
	void findsAllTablesWhereThereIsNoCurrentDatabase() {
		assertThat(ConnectorJ.adjust(afterHandshake(), false)).doesNotContain("nullDatabaseMeansCurrent=true");
	}

	@Test
	void leavesAConnectionWhoseProxyWrapsWhatItUnwraps() throws SQLException {
		Connection connection = (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Connection.class },
				(proxy, method, args) -> method.getName().equals("isWrapperFor") ? true : proxy);
		assertThat(DriverSettings.isConnectorJ(connection)).isFalse();
		assertThat(DriverSettings.session(connection)).isSameAs(DriverSession.UNKNOWN);
		assertThat(DriverSettings.adjust(connection)).isEmpty();
		assertThatNoException().isThrownBy(() -> {
			DriverSettings.refuseSeveralHosts(connection);
			DriverSettings.logWarnings(connection);
		});
	}

	@ParameterizedTest
	@CsvSource({ "useCursorFetch, true, MO#27286", "useServerPrepStmts, true, MO#29180",
			"rewriteBatchedStatements, true, MO#27295", "characterEncoding, latin1, no issue known",
			"characterEncoding, GBK, no issue known" })
	void warnsOfASettingThatBreaksSomething(String name, String value, String issue) {
		List<String> warnings = ConnectorJ.warnings(afterHandshake(name, value));
		assertThat(warnings).singleElement()
			.asString()
			.startsWith(name + "=" + value + ": ")
			.contains(issue)
			.contains("Remove it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "utf8" })
	void doesNotWarnOfUtf8(String encoding) {
		assertThat(ConnectorJ.warnings(afterHandshake("characterEncoding", encoding))).isEmpty();
	}

	private static PropertySet afterHandshake(String... nameAndValue) {
		Properties properties = new Properties();
		for (int i = 0; i < nameAndValue.length; i += 2) {
			properties.setProperty(nameAndValue[i], nameAndValue[i + 1]);
		}
		PropertySet settings = new DefaultPropertySet();
		settings.initializeProperties(properties);
		var useInformationSchema = settings.getBooleanProperty(PropertyKey.useInformationSchema);
		if (!useInformationSchema.isExplicitlySet()) {
			useInformationSchema.setValue(true);
		}
		return settings;
	}

}
