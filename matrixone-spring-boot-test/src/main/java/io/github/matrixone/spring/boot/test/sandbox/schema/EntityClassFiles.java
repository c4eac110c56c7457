package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.StreamUtils;

/**
 * The class files that tables are made from: entities and whatever their fields are of.
 */
final class EntityClassFiles {

	private static final List<String> NOT_OF_THE_APPLICATION = List.of("java.", "javax.", "jakarta.", "org.hibernate.");

	private EntityClassFiles() {
	}

	static void add(MigrationState state, Class<?> type) throws IOException {
		state.add(type.getName(), HexFormat.of().formatHex(bytes(type)));
	}

	/**
	 * Add classes, those of their fields, and so on.
	 */
	static void addReachable(MigrationState state, Collection<Class<?>> types) throws IOException {
		SortedMap<String, Class<?>> reached = new TreeMap<>();
		Deque<Class<?>> due = new ArrayDeque<>(types);
		while (!due.isEmpty()) {
			Class<?> type = due.pop();
			if (isOfApplication(type) && reached.put(type.getName(), type) == null) {
				due.addAll(neighbours(type));
			}
		}
		for (Class<?> type : reached.values()) {
			add(state, type);
		}
	}

	private static List<Class<?>> neighbours(Class<?> type) {
		List<Class<?>> neighbours = new ArrayList<>();
		collect(ResolvableType.forType(type.getGenericSuperclass()), neighbours);
		for (Field field : type.getDeclaredFields()) {
			collect(ResolvableType.forField(field), neighbours);
		}
		return neighbours;
	}

	private static void collect(ResolvableType type, List<Class<?>> found) {
		Class<?> resolved = type.isArray() ? type.getComponentType().resolve() : type.resolve();
		if (resolved != null) {
			found.add(resolved);
		}
		for (ResolvableType argument : type.getGenerics()) {
			collect(argument, found);
		}
	}

	private static boolean isOfApplication(@Nullable Class<?> type) {
		return type != null && !type.isPrimitive() && !type.isArray()
				&& NOT_OF_THE_APPLICATION.stream().noneMatch(type.getName()::startsWith);
	}

	private static byte[] bytes(Class<?> type) throws IOException {
		Class<?> user = ClassUtils.getUserClass(type);
		try (InputStream file = user.getResourceAsStream(ClassUtils.getClassFileName(user))) {
			return (file != null) ? StreamUtils.copyToByteArray(file) : new byte[0];
		}
	}

}
