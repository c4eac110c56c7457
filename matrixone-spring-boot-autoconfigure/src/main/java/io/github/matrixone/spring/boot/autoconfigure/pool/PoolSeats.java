package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeansException;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * Gets between pools and their drivers: pools that are beans themselves, and those that
 * other data sources keep, such as the targets of a router. No data source is replaced or
 * started, nor asked for a connection unless it was started before.
 */
public final class PoolSeats {

	private static final Log logger = LogFactory.getLog(PoolSeats.class);

	private static final List<String> URL_PROPERTIES = List.of("jdbcUrl", "url", "URL");

	private final MatrixOneConnections connections;

	private final List<PoolSeat> seats = new ArrayList<>();

	private final Set<Object> warnedOf = Collections
		.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

	/**
	 * Create seats for the pools that are on the class path.
	 * @param connections makes their connections those of MatrixOne
	 */
	public PoolSeats(MatrixOneConnections connections) {
		this.connections = connections;
		this.seats.add(new SpringSeat());
		if (isPresent("com.zaxxer.hikari.HikariDataSource")) {
			this.seats.add(new HikariSeat());
		}
		if (isPresent("com.alibaba.druid.pool.DruidDataSource")) {
			this.seats.add(new DruidSeat());
		}
		if (isPresent("org.apache.commons.dbcp2.BasicDataSource")) {
			this.seats.add(new Dbcp2Seat());
		}
		if (isPresent("org.apache.tomcat.jdbc.pool.DataSourceProxy")) {
			this.seats.add(new TomcatSeat());
		}
	}

	/**
	 * Get between a data source, and all that it keeps, and their drivers.
	 * @param dataSource a data source
	 * @return whether it is known what it gets its connections from
	 */
	public boolean take(DataSource dataSource) {
		return take(dataSource, Collections.newSetFromMap(new IdentityHashMap<>()));
	}

	/**
	 * Log a warning if the connections of a data source that is not known may lead to a
	 * MatrixOne, or if it cannot be seen where they lead.
	 * @param dataSource a data source
	 * @param name what it is called
	 */
	public void warnOf(DataSource dataSource, String name) {
		Set<DataSource> all = Collections.newSetFromMap(new IdentityHashMap<>());
		addWithKept(all, dataSource);
		List<String> urls = all.stream().map(PoolSeats::urlOf).filter(Objects::nonNull).toList();
		boolean mayLeadToMatrixOne = urls.isEmpty() ? all.stream().noneMatch(PoolSeats::leadsElsewhere)
				: urls.stream().anyMatch((url) -> JdbcUrls.mayLeadToMatrixOne(url) && !isProtected(url));
		if (mayLeadToMatrixOne && this.warnedOf.add(dataSource)) {
			logger.warn("The DataSource '" + name + "' of " + dataSource.getClass().getName()
					+ " is of a make that is not known: if it leads to a MatrixOne"
					+ (urls.isEmpty() ? ", by a URL that does not begin with jdbc:matrixone:," : "")
					+ " its transactions do not begin for real, and MatrixOne's "
					+ "commands are refused. Begin its URL with jdbc:matrixone: in place of jdbc:, or, where it takes no "
					+ "other driver's URL, put a MatrixOneDataSource around it");
		}
	}

	private static void addWithKept(Set<DataSource> all, DataSource dataSource) {
		if (all.add(dataSource)) {
			keptBy(dataSource).forEach((kept) -> addWithKept(all, kept));
		}
	}

	private static boolean isProtected(String url) {
		return url.startsWith(MatrixOneDriver.URL_PREFIX);
	}

	/**
	 * A mock leads nowhere.
	 */
	private static boolean leadsElsewhere(DataSource dataSource) {
		String type = dataSource.getClass().getName();
		return JdbcUrls.isOfOtherDatabase(type) || type.contains("$MockitoMock$");
	}

	private static @Nullable String urlOf(DataSource dataSource) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
		return URL_PROPERTIES.stream()
			.map((property) -> stringOf(properties, property))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * A data source of an application's own may not be able to tell its URL yet.
	 */
	private static @Nullable String stringOf(BeanWrapper properties, String property) {
		try {
			return (properties.isReadableProperty(property)
					&& properties.getPropertyValue(property) instanceof String value) ? value : null;
		}
		catch (BeansException ex) {
			logger.debug("It cannot be seen where a data source leads", ex);
			return null;
		}
	}

	private boolean take(DataSource dataSource, Set<Object> seen) {
		if (!seen.add(dataSource) || dataSource instanceof MatrixOneDataSource || isOfAScope(dataSource)) {
			return true;
		}
		for (PoolSeat seat : this.seats) {
			if (seat.take(dataSource, this.connections)) {
				return true;
			}
		}
		boolean found = false;
		for (DataSource kept : keptBy(dataSource)) {
			found |= take(kept, seen);
		}
		return found;
	}

	/**
	 * What stands for a bean of a scope must not be asked before there is one. The bean
	 * itself comes by when it is made.
	 */
	private static boolean isOfAScope(DataSource dataSource) {
		return dataSource instanceof ScopedObject
				|| (dataSource instanceof Advised advised && !advised.getTargetSource().isStatic());
	}

	/**
	 * Find the data sources that another one keeps in its fields.
	 */
	private static List<DataSource> keptBy(DataSource dataSource) {
		List<DataSource> kept = new ArrayList<>();
		Object target = AopProxyUtils.getSingletonTarget(dataSource);
		if (target != null) {
			addTo(kept, target);
		}
		for (Class<?> type = dataSource.getClass(); type != null && !isOfJdk(type); type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				addTo(kept, valueOf(field, dataSource));
			}
		}
		return kept;
	}

	/**
	 * Return what a field holds, with what is in a map or collection copied: another
	 * thread may change it, and one of the application's own may do anything.
	 */
	private static @Nullable Object valueOf(Field field, DataSource dataSource) {
		if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
			return null;
		}
		try {
			ReflectionUtils.makeAccessible(field);
			Object value = ReflectionUtils.getField(field, dataSource);
			Object values = (value instanceof Map<?, ?> map) ? map.values() : value;
			return (values instanceof Collection<?> collection) ? new ArrayList<>(collection) : values;
		}
		catch (RuntimeException ex) {
			logger.debug("It cannot be seen whether a data source is kept in " + field, ex);
			return null;
		}
	}

	private static void addTo(List<DataSource> kept, @Nullable Object value) {
		if (value instanceof DataSource dataSource) {
			kept.add(dataSource);
		}
		else if (value instanceof Collection<?> collection) {
			collection.forEach((entry) -> addIfDataSource(kept, entry));
		}
	}

	private static void addIfDataSource(List<DataSource> kept, @Nullable Object value) {
		if (value instanceof DataSource dataSource) {
			kept.add(dataSource);
		}
	}

	private static boolean isOfJdk(Class<?> type) {
		return type.getName().startsWith("java.") || type.getName().startsWith("jdk.");
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, PoolSeats.class.getClassLoader());
	}

}
