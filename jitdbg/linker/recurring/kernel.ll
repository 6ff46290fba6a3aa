; Made by `make kernel` with clang 22.1.8 of kernel.c, whose SHA-256 is d93945735545a3f71c9dfc147e119f7b84d38ba7b3031001c2afbf14a667b20f

%struct.Filling = type { ptr, %struct.Bytes, %struct.Bytes, %struct.Bytes, %struct.Bytes, %struct.Bytes, %struct.Bytes, ptr, [512 x %struct.Bytes], [512 x i64], [512 x i64], [128 x i64], [128 x i64], [128 x i64], i64, i64, i64, i64, i64, [1152 x i64], [1024 x i64], [1024 x i32], [2048 x i64], i64 }
%struct.Bytes = type { ptr, i64 }
%struct.Input = type { i64, i64, i64, i64, i64, i64, i64 }
%struct.Single = type { i64, i64 }
%struct.Several = type { i64, i64, i64, i64, i64 }
%struct.Part = type { i64, i64 }
%struct.Segment = type { i64, i64, i64 }
%struct.Constant = type { i64, i64 }
%struct.Table = type { i64, i64, i64, i64, i64 }
%struct.Form = type { i64, i64, i64, i64 }
%struct.Info = type { i64, i64 }
%struct.SymbolRow = type { i64, i64 }
%struct.Entry = type { i64, i64, i64 }
%struct.Index = type { ptr, ptr, i64 }

@.str = private unnamed_addr constant [1 x i8] zeroinitializer, align 1

; Function Attrs: nounwind optsize
define ptr @fill(ptr noundef %0, ptr noundef %1, ptr noundef %2, ptr noundef %3, ptr noundef %4, ptr noundef %5) local_unnamed_addr #0 {
  %7 = alloca [8 x i64], align 16
  %8 = alloca ptr, align 8
  %9 = alloca i64, align 8
  %10 = alloca ptr, align 8
  %11 = alloca i64, align 8
  %12 = alloca ptr, align 8
  %13 = alloca i64, align 8
  %14 = alloca ptr, align 8
  %15 = alloca i64, align 8
  %16 = alloca ptr, align 8
  %17 = alloca i64, align 8
  %18 = alloca ptr, align 8
  %19 = alloca i64, align 8
  %20 = alloca %struct.Filling, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %20) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %18) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %19) #12
  %21 = call i32 @PyBytes_AsStringAndSize(ptr noundef %0, ptr noundef nonnull %18, ptr noundef nonnull %19) #13
  %22 = icmp eq i32 %21, 0
  br i1 %22, label %24, label %23

23:                                               ; preds = %6
  call void @llvm.lifetime.end.p0(ptr nonnull %19) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %18) #12
  br label %1051

24:                                               ; preds = %6
  %25 = load ptr, ptr %18, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %19) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %18) #12
  %26 = getelementptr inbounds nuw i8, ptr %20, i64 8
  call void @llvm.lifetime.start.p0(ptr nonnull %16) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %17) #12
  %27 = call i32 @PyBytes_AsStringAndSize(ptr noundef %1, ptr noundef nonnull %16, ptr noundef nonnull %17) #13
  %28 = icmp eq i32 %27, 0
  br i1 %28, label %30, label %29

29:                                               ; preds = %24
  call void @llvm.lifetime.end.p0(ptr nonnull %17) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %16) #12
  br label %1051

30:                                               ; preds = %24
  %31 = load ptr, ptr %16, align 8
  %32 = load i64, ptr %17, align 8
  store ptr %31, ptr %26, align 8
  %33 = getelementptr inbounds nuw i8, ptr %20, i64 16
  store i64 %32, ptr %33, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %17) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %16) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %14) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %15) #12
  %34 = call i32 @PyBytes_AsStringAndSize(ptr noundef %2, ptr noundef nonnull %14, ptr noundef nonnull %15) #13
  %35 = icmp eq i32 %34, 0
  br i1 %35, label %37, label %36

36:                                               ; preds = %30
  call void @llvm.lifetime.end.p0(ptr nonnull %15) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %14) #12
  br label %1051

37:                                               ; preds = %30
  %38 = getelementptr inbounds nuw i8, ptr %20, i64 24
  %39 = load ptr, ptr %14, align 8
  %40 = load i64, ptr %15, align 8
  store ptr %39, ptr %38, align 8
  %41 = getelementptr inbounds nuw i8, ptr %20, i64 32
  store i64 %40, ptr %41, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %15) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %14) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %12) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %13) #12
  %42 = call i32 @PyBytes_AsStringAndSize(ptr noundef %3, ptr noundef nonnull %12, ptr noundef nonnull %13) #13
  %43 = icmp eq i32 %42, 0
  br i1 %43, label %45, label %44

44:                                               ; preds = %37
  call void @llvm.lifetime.end.p0(ptr nonnull %13) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %12) #12
  br label %1051

45:                                               ; preds = %37
  %46 = getelementptr inbounds nuw i8, ptr %20, i64 40
  %47 = load ptr, ptr %12, align 8
  %48 = load i64, ptr %13, align 8
  store ptr %47, ptr %46, align 8
  %49 = getelementptr inbounds nuw i8, ptr %20, i64 48
  store i64 %48, ptr %49, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %13) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %12) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %10) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %11) #12
  %50 = call i32 @PyBytes_AsStringAndSize(ptr noundef %4, ptr noundef nonnull %10, ptr noundef nonnull %11) #13
  %51 = icmp eq i32 %50, 0
  br i1 %51, label %53, label %52

52:                                               ; preds = %45
  call void @llvm.lifetime.end.p0(ptr nonnull %11) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %10) #12
  br label %1051

53:                                               ; preds = %45
  %54 = getelementptr inbounds nuw i8, ptr %20, i64 56
  %55 = load ptr, ptr %10, align 8
  %56 = load i64, ptr %11, align 8
  store ptr %55, ptr %54, align 8
  %57 = getelementptr inbounds nuw i8, ptr %20, i64 64
  store i64 %56, ptr %57, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %11) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %10) #12
  %58 = getelementptr inbounds nuw i8, ptr %20, i64 72
  call void @llvm.lifetime.start.p0(ptr nonnull %8) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %9) #12
  %59 = call i32 @PyBytes_AsStringAndSize(ptr noundef %5, ptr noundef nonnull %8, ptr noundef nonnull %9) #13
  %60 = icmp eq i32 %59, 0
  br i1 %60, label %62, label %61

61:                                               ; preds = %53
  call void @llvm.lifetime.end.p0(ptr nonnull %9) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %8) #12
  br label %1051

62:                                               ; preds = %53
  %63 = load ptr, ptr %8, align 8
  %64 = load i64, ptr %9, align 8
  store ptr %63, ptr %58, align 8
  %65 = getelementptr inbounds nuw i8, ptr %20, i64 80
  store i64 %64, ptr %65, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %9) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %8) #12
  store ptr %25, ptr %20, align 8
  %66 = getelementptr inbounds nuw i8, ptr %25, i64 200
  %67 = load i64, ptr %66, align 8
  %68 = getelementptr inbounds i8, ptr %25, i64 %67
  %69 = load i64, ptr %33, align 8
  %70 = icmp ult i64 %69, 64
  br i1 %70, label %1033, label %71

71:                                               ; preds = %62
  %72 = load ptr, ptr %26, align 8
  %73 = getelementptr inbounds nuw i8, ptr %25, i64 184
  %74 = load i64, ptr %73, align 8
  %75 = getelementptr inbounds i8, ptr %25, i64 %74
  %76 = getelementptr inbounds nuw i8, ptr %25, i64 192
  %77 = load i64, ptr %76, align 8
  %78 = call i32 @bcmp(ptr %72, ptr %75, i64 %77)
  %79 = icmp eq i32 %78, 0
  br i1 %79, label %80, label %1033

80:                                               ; preds = %71
  %81 = getelementptr inbounds nuw i8, ptr %72, i64 40
  %82 = load i64, ptr %81, align 1
  %83 = getelementptr inbounds nuw i8, ptr %72, i64 58
  %84 = load i32, ptr %83, align 1
  %85 = getelementptr inbounds nuw i8, ptr %25, i64 208
  %86 = load i64, ptr %85, align 8
  %87 = trunc i64 %86 to i32
  %88 = shl i32 %87, 16
  %89 = or disjoint i32 %88, 64
  %90 = icmp eq i32 %84, %89
  %91 = add i64 %82, -1
  %92 = icmp ult i64 %91, %69
  %93 = select i1 %90, i1 %92, i1 false
  br i1 %93, label %94, label %1033

94:                                               ; preds = %80
  %95 = shl i64 %86, 6
  %96 = sub nuw i64 %69, %82
  %97 = icmp ugt i64 %95, %96
  br i1 %97, label %1033, label %98

98:                                               ; preds = %94
  %99 = getelementptr inbounds nuw i8, ptr %72, i64 %82
  %100 = getelementptr inbounds nuw i8, ptr %20, i64 8304
  %101 = icmp slt i64 %86, 1
  br i1 %101, label %180, label %102

102:                                              ; preds = %98
  %103 = getelementptr inbounds nuw i8, ptr %20, i64 112
  br label %104

104:                                              ; preds = %171, %102
  %105 = phi i64 [ 0, %102 ], [ %169, %171 ]
  %106 = phi i64 [ 0, %102 ], [ %175, %171 ]
  %107 = shl nsw i64 %106, 6
  %108 = getelementptr inbounds nuw i8, ptr %99, i64 %107
  %109 = getelementptr inbounds nuw %struct.Input, ptr %68, i64 %106
  %110 = getelementptr inbounds nuw i8, ptr %108, i64 4
  %111 = load i32, ptr %110, align 1
  %112 = zext i32 %111 to i64
  %113 = load i64, ptr %109, align 8
  %114 = icmp eq i64 %113, %112
  br i1 %114, label %115, label %1033

115:                                              ; preds = %104
  %116 = getelementptr inbounds nuw i8, ptr %108, i64 8
  %117 = load i64, ptr %116, align 1
  %118 = getelementptr inbounds nuw i8, ptr %109, i64 8
  %119 = load i64, ptr %118, align 8
  %120 = icmp eq i64 %117, %119
  br i1 %120, label %121, label %1033

121:                                              ; preds = %115
  %122 = getelementptr inbounds nuw i8, ptr %108, i64 16
  %123 = load i64, ptr %122, align 1
  %124 = getelementptr inbounds nuw i8, ptr %109, i64 16
  %125 = load i64, ptr %124, align 8
  %126 = icmp eq i64 %123, %125
  br i1 %126, label %127, label %1033

127:                                              ; preds = %121
  %128 = getelementptr inbounds nuw i8, ptr %108, i64 40
  %129 = load i32, ptr %128, align 1
  %130 = zext i32 %129 to i64
  %131 = getelementptr inbounds nuw i8, ptr %109, i64 24
  %132 = load i64, ptr %131, align 8
  %133 = icmp eq i64 %132, %130
  br i1 %133, label %134, label %1033

134:                                              ; preds = %127
  %135 = getelementptr inbounds nuw i8, ptr %108, i64 44
  %136 = load i32, ptr %135, align 1
  %137 = zext i32 %136 to i64
  %138 = getelementptr inbounds nuw i8, ptr %109, i64 32
  %139 = load i64, ptr %138, align 8
  %140 = icmp eq i64 %139, %137
  br i1 %140, label %141, label %1033

141:                                              ; preds = %134
  %142 = getelementptr inbounds nuw i8, ptr %108, i64 48
  %143 = load i64, ptr %142, align 1
  %144 = getelementptr inbounds nuw i8, ptr %109, i64 40
  %145 = load i64, ptr %144, align 8
  %146 = icmp eq i64 %143, %145
  br i1 %146, label %147, label %1033

147:                                              ; preds = %141
  %148 = getelementptr inbounds nuw i8, ptr %108, i64 56
  %149 = load i64, ptr %148, align 1
  %150 = getelementptr inbounds nuw i8, ptr %109, i64 48
  %151 = load i64, ptr %150, align 8
  %152 = icmp eq i64 %149, %151
  br i1 %152, label %153, label %1033

153:                                              ; preds = %147
  %154 = getelementptr inbounds nuw i8, ptr %108, i64 24
  %155 = load i64, ptr %154, align 1
  %156 = getelementptr inbounds nuw i8, ptr %108, i64 32
  %157 = load i64, ptr %156, align 1
  %158 = icmp ugt i64 %157, 70368744177664
  %159 = icmp ugt i64 %155, %69
  %160 = select i1 %158, i1 true, i1 %159
  br i1 %160, label %1033, label %161

161:                                              ; preds = %153
  %162 = getelementptr inbounds nuw i64, ptr %100, i64 %106
  store i64 %157, ptr %162, align 8
  %163 = load i64, ptr %109, align 8
  %164 = icmp eq i64 %163, 8
  %165 = select i1 %164, i64 0, i64 %157
  %166 = sub nuw i64 %69, %155
  %167 = icmp ugt i64 %165, %166
  br i1 %167, label %1033, label %168

168:                                              ; preds = %161
  %169 = add i64 %165, %105
  %170 = icmp ugt i64 %169, %69
  br i1 %170, label %1033, label %171

171:                                              ; preds = %168
  %172 = getelementptr inbounds nuw %struct.Bytes, ptr %103, i64 %106
  %173 = getelementptr inbounds nuw i8, ptr %72, i64 %155
  store ptr %173, ptr %172, align 8
  %174 = getelementptr inbounds nuw i8, ptr %172, i64 8
  store i64 %165, ptr %174, align 8
  %175 = add nuw nsw i64 %106, 1
  %176 = load i64, ptr %85, align 8
  %177 = icmp slt i64 %175, %176
  br i1 %177, label %104, label %178, !llvm.loop !3

178:                                              ; preds = %171
  %179 = load i64, ptr %81, align 1
  br label %180

180:                                              ; preds = %178, %98
  %181 = phi i64 [ %176, %178 ], [ %86, %98 ]
  %182 = phi i64 [ %179, %178 ], [ %82, %98 ]
  %183 = getelementptr inbounds nuw i8, ptr %25, i64 216
  %184 = load i64, ptr %183, align 8
  %185 = getelementptr inbounds i8, ptr %25, i64 %184
  %186 = getelementptr inbounds nuw i8, ptr %72, i64 %182
  %187 = getelementptr inbounds nuw i8, ptr %72, i64 60
  %188 = load i32, ptr %187, align 1
  %189 = lshr i32 %188, 16
  %190 = zext nneg i32 %189 to i64
  %191 = icmp sgt i64 %181, %190
  br i1 %191, label %192, label %1033

192:                                              ; preds = %180
  %193 = getelementptr inbounds nuw i8, ptr %20, i64 112
  %194 = getelementptr inbounds nuw %struct.Bytes, ptr %193, i64 %190
  %195 = load ptr, ptr %194, align 8
  %196 = getelementptr inbounds nuw i8, ptr %194, i64 8
  %197 = load i64, ptr %196, align 8
  %198 = icmp eq i64 %197, 0
  br i1 %198, label %1033, label %199

199:                                              ; preds = %192
  %200 = getelementptr i8, ptr %195, i64 %197
  %201 = getelementptr i8, ptr %200, i64 -1
  %202 = load i8, ptr %201, align 1
  %203 = icmp eq i8 %202, 0
  br i1 %203, label %204, label %1033

204:                                              ; preds = %199, %221
  %205 = phi i64 [ %223, %221 ], [ 0, %199 ]
  %206 = phi ptr [ %222, %221 ], [ %185, %199 ]
  %207 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %206) #14
  %208 = add i64 %207, 1
  %209 = shl nsw i64 %205, 6
  %210 = getelementptr inbounds nuw i8, ptr %186, i64 %209
  %211 = load i32, ptr %210, align 1
  %212 = zext i32 %211 to i64
  %213 = icmp ult i64 %197, %212
  %214 = sub nuw nsw i64 %197, %212
  %215 = icmp sgt i64 %208, %214
  %216 = select i1 %213, i1 true, i1 %215
  br i1 %216, label %1033, label %217

217:                                              ; preds = %204
  %218 = getelementptr inbounds nuw i8, ptr %195, i64 %212
  %219 = call i32 @bcmp(ptr readonly %218, ptr nonnull readonly %206, i64 %208)
  %220 = icmp eq i32 %219, 0
  br i1 %220, label %221, label %1033

221:                                              ; preds = %217
  %222 = getelementptr inbounds i8, ptr %206, i64 %208
  %223 = add nuw nsw i64 %205, 1
  %224 = icmp eq i64 %223, %181
  br i1 %224, label %225, label %204, !llvm.loop !5

225:                                              ; preds = %221
  %226 = getelementptr inbounds nuw i8, ptr %25, i64 232
  %227 = load i64, ptr %226, align 8
  %228 = getelementptr inbounds i8, ptr %25, i64 %227
  %229 = load i64, ptr %25, align 8
  %230 = getelementptr inbounds %struct.Bytes, ptr %193, i64 %229
  %231 = load ptr, ptr %230, align 8
  %232 = getelementptr inbounds nuw i8, ptr %230, i64 8
  %233 = load i64, ptr %232, align 8
  %234 = getelementptr inbounds nuw i8, ptr %20, i64 88
  %235 = getelementptr inbounds nuw i8, ptr %25, i64 8
  %236 = load i64, ptr %235, align 8
  %237 = getelementptr inbounds %struct.Bytes, ptr %193, i64 %236
  call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %234, ptr noundef nonnull align 8 dereferenceable(16) %237, i64 16, i1 false)
  %238 = getelementptr inbounds nuw i8, ptr %20, i64 104
  store ptr %231, ptr %238, align 8
  %239 = getelementptr inbounds nuw i8, ptr %25, i64 240
  %240 = load i64, ptr %239, align 8
  %241 = mul nsw i64 %240, 24
  %242 = icmp eq i64 %233, %241
  br i1 %242, label %243, label %1033

243:                                              ; preds = %225
  %244 = getelementptr inbounds nuw i8, ptr %20, i64 96
  %245 = load i64, ptr %244, align 8
  %246 = icmp eq i64 %245, 0
  br i1 %246, label %1033, label %247

247:                                              ; preds = %243
  %248 = load ptr, ptr %234, align 8
  %249 = getelementptr i8, ptr %248, i64 %245
  %250 = getelementptr i8, ptr %249, i64 -1
  %251 = load i8, ptr %250, align 1
  %252 = icmp eq i8 %251, 0
  br i1 %252, label %253, label %1033

253:                                              ; preds = %247
  %254 = call ptr @memchr(ptr noundef nonnull %248, i32 noundef 64, i64 noundef %245) #14
  %255 = icmp eq ptr %254, null
  br i1 %255, label %256, label %1033

256:                                              ; preds = %253
  %257 = icmp slt i64 %240, 1
  br i1 %257, label %274, label %261

258:                                              ; preds = %270
  %259 = add nuw nsw i64 %262, 1
  %260 = icmp eq i64 %259, %240
  br i1 %260, label %274, label %261, !llvm.loop !6

261:                                              ; preds = %256, %258
  %262 = phi i64 [ %259, %258 ], [ 0, %256 ]
  %263 = mul nuw nsw i64 %262, 24
  %264 = getelementptr inbounds nuw i8, ptr %231, i64 %263
  %265 = getelementptr inbounds nuw i8, ptr %264, i64 4
  %266 = load i32, ptr %265, align 1
  %267 = getelementptr inbounds nuw i32, ptr %228, i64 %262
  %268 = load i32, ptr %267, align 4
  %269 = icmp eq i32 %266, %268
  br i1 %269, label %270, label %1033

270:                                              ; preds = %261
  %271 = load i32, ptr %264, align 1
  %272 = zext i32 %271 to i64
  %273 = icmp sgt i64 %245, %272
  br i1 %273, label %258, label %1033

274:                                              ; preds = %258, %256
  %275 = getelementptr inbounds nuw i8, ptr %25, i64 296
  %276 = load i64, ptr %275, align 8
  %277 = getelementptr inbounds i8, ptr %25, i64 %276
  %278 = getelementptr inbounds nuw i8, ptr %25, i64 304
  %279 = load i64, ptr %278, align 8
  %280 = getelementptr inbounds i8, ptr %277, i64 %279
  %281 = getelementptr inbounds nuw i8, ptr %25, i64 256
  %282 = load i64, ptr %281, align 8
  %283 = icmp sgt i64 %282, 0
  br i1 %283, label %284, label %309

284:                                              ; preds = %274
  %285 = getelementptr inbounds nuw i8, ptr %25, i64 264
  %286 = load i64, ptr %285, align 8
  %287 = getelementptr inbounds i8, ptr %25, i64 %286
  %288 = getelementptr inbounds nuw i8, ptr %25, i64 248
  %289 = load i64, ptr %288, align 8
  %290 = getelementptr inbounds i8, ptr %25, i64 %289
  br label %291

291:                                              ; preds = %303, %284
  %292 = phi ptr [ %287, %284 ], [ %306, %303 ]
  %293 = phi i64 [ 0, %284 ], [ %307, %303 ]
  %294 = getelementptr inbounds nuw i64, ptr %290, i64 %293
  %295 = load i64, ptr %294, align 8
  %296 = mul nsw i64 %295, 24
  %297 = getelementptr inbounds i8, ptr %231, i64 %296
  %298 = load i32, ptr %297, align 1
  %299 = zext i32 %298 to i64
  %300 = getelementptr inbounds nuw i8, ptr %248, i64 %299
  %301 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %300, ptr noundef nonnull dereferenceable(1) %292) #14
  %302 = icmp eq i32 %301, 0
  br i1 %302, label %303, label %1033

303:                                              ; preds = %291
  %304 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %300) #14
  %305 = getelementptr i8, ptr %292, i64 %304
  %306 = getelementptr i8, ptr %305, i64 1
  %307 = add nuw nsw i64 %293, 1
  %308 = icmp eq i64 %307, %282
  br i1 %308, label %309, label %291, !llvm.loop !7

309:                                              ; preds = %303, %274
  %310 = getelementptr inbounds nuw i8, ptr %25, i64 16
  %311 = load i64, ptr %310, align 8
  %312 = icmp slt i64 %311, %240
  br i1 %312, label %313, label %339

313:                                              ; preds = %309, %335
  %314 = phi i64 [ %337, %335 ], [ %311, %309 ]
  %315 = phi ptr [ %336, %335 ], [ %277, %309 ]
  %316 = mul nsw i64 %314, 24
  %317 = getelementptr inbounds i8, ptr %231, i64 %316
  %318 = load i32, ptr %317, align 1
  %319 = zext i32 %318 to i64
  %320 = getelementptr inbounds nuw i8, ptr %248, i64 %319
  %321 = load i8, ptr %320, align 1
  switch i8 %321, label %335 [
    i8 0, label %1033
    i8 95, label %322
  ]

322:                                              ; preds = %313
  %323 = getelementptr inbounds nuw i8, ptr %320, i64 1
  %324 = load i8, ptr %323, align 1
  %325 = icmp eq i8 %324, 90
  br i1 %325, label %335, label %326

326:                                              ; preds = %322
  %327 = icmp eq ptr %315, %280
  br i1 %327, label %1033, label %328

328:                                              ; preds = %326
  %329 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %320, ptr noundef nonnull dereferenceable(1) %315) #14
  %330 = icmp eq i32 %329, 0
  br i1 %330, label %331, label %1033

331:                                              ; preds = %328
  %332 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %320) #14
  %333 = getelementptr i8, ptr %315, i64 %332
  %334 = getelementptr i8, ptr %333, i64 1
  br label %335

335:                                              ; preds = %331, %322, %313
  %336 = phi ptr [ %334, %331 ], [ %315, %313 ], [ %315, %322 ]
  %337 = add i64 %314, 1
  %338 = icmp eq i64 %337, %240
  br i1 %338, label %339, label %313, !llvm.loop !8

339:                                              ; preds = %335, %309
  %340 = phi ptr [ %277, %309 ], [ %336, %335 ]
  %341 = icmp eq ptr %340, %280
  br i1 %341, label %342, label %1033

342:                                              ; preds = %339
  %343 = getelementptr inbounds nuw i8, ptr %20, i64 16496
  %344 = getelementptr inbounds nuw i8, ptr %25, i64 392
  %345 = load i64, ptr %344, align 8
  %346 = getelementptr inbounds i8, ptr %25, i64 %345
  %347 = getelementptr inbounds nuw i8, ptr %25, i64 400
  %348 = load i64, ptr %347, align 8
  %349 = shl i64 %348, 3
  call void @llvm.memcpy.p0.p0.i64(ptr nonnull align 8 %343, ptr nonnull align 8 %346, i64 %349, i1 false)
  %350 = load i64, ptr %41, align 8
  %351 = getelementptr inbounds nuw i8, ptr %25, i64 72
  %352 = load i64, ptr %351, align 8
  %353 = getelementptr inbounds i64, ptr %343, i64 %352
  store i64 %350, ptr %353, align 8
  %354 = getelementptr inbounds nuw i8, ptr %25, i64 80
  %355 = load i64, ptr %354, align 8
  %356 = icmp sgt i64 %355, -1
  br i1 %356, label %357, label %360

357:                                              ; preds = %342
  %358 = load i64, ptr %49, align 8
  %359 = getelementptr inbounds nuw i64, ptr %343, i64 %355
  store i64 %358, ptr %359, align 8
  br label %360

360:                                              ; preds = %357, %342
  %361 = getelementptr inbounds nuw i8, ptr %25, i64 88
  %362 = load i64, ptr %361, align 8
  %363 = icmp sgt i64 %362, -1
  br i1 %363, label %364, label %367

364:                                              ; preds = %360
  %365 = load i64, ptr %57, align 8
  %366 = getelementptr inbounds nuw i64, ptr %343, i64 %362
  store i64 %365, ptr %366, align 8
  br label %367

367:                                              ; preds = %364, %360
  %368 = load ptr, ptr %20, align 8
  %369 = getelementptr inbounds nuw i8, ptr %368, i64 288
  %370 = load i64, ptr %369, align 8
  %371 = icmp slt i64 %370, 6
  %372 = udiv i64 %370, 3
  %373 = select i1 %371, i64 1, i64 %372
  %374 = load i64, ptr %65, align 8
  %375 = icmp eq i64 %374, 0
  br i1 %375, label %1033, label %376

376:                                              ; preds = %367
  %377 = load ptr, ptr %58, align 8
  %378 = call ptr @memchr(ptr noundef %377, i32 noundef 0, i64 noundef %374) #14
  %379 = icmp eq ptr %378, null
  br i1 %379, label %380, label %1033

380:                                              ; preds = %376
  %381 = call fastcc i32 @is_string(ptr noundef nonnull %368, ptr noundef %377) #15
  %382 = icmp eq i32 %381, 0
  br i1 %382, label %383, label %1033

383:                                              ; preds = %380
  %384 = icmp sgt i64 %370, 0
  br i1 %384, label %385, label %481

385:                                              ; preds = %383
  %386 = getelementptr inbounds nuw i8, ptr %368, i64 280
  %387 = getelementptr inbounds nuw i8, ptr %20, i64 37016
  %388 = getelementptr inbounds nuw i8, ptr %20, i64 28824
  br label %389

389:                                              ; preds = %472, %385
  %390 = phi i64 [ 0, %385 ], [ %475, %472 ]
  %391 = phi i64 [ 0, %385 ], [ %476, %472 ]
  %392 = load i64, ptr %386, align 8
  %393 = getelementptr inbounds i8, ptr %368, i64 %392
  %394 = getelementptr inbounds nuw i64, ptr %393, i64 %391
  %395 = load i64, ptr %394, align 8
  %396 = load ptr, ptr %234, align 8
  %397 = load ptr, ptr %238, align 8
  %398 = mul nsw i64 %395, 24
  %399 = getelementptr inbounds i8, ptr %397, i64 %398
  %400 = load i32, ptr %399, align 1
  %401 = zext i32 %400 to i64
  %402 = getelementptr inbounds nuw i8, ptr %396, i64 %401
  %403 = load i8, ptr %402, align 1
  %404 = icmp eq i8 %403, 0
  br i1 %404, label %415, label %405

405:                                              ; preds = %389, %405
  %406 = phi i8 [ %413, %405 ], [ %403, %389 ]
  %407 = phi i32 [ %412, %405 ], [ 5381, %389 ]
  %408 = phi ptr [ %410, %405 ], [ %402, %389 ]
  %409 = mul i32 %407, 33
  %410 = getelementptr inbounds nuw i8, ptr %408, i64 1
  %411 = zext i8 %406 to i32
  %412 = add i32 %409, %411
  %413 = load i8, ptr %410, align 1
  %414 = icmp eq i8 %413, 0
  br i1 %414, label %415, label %405, !llvm.loop !9

415:                                              ; preds = %405, %389
  %416 = phi i32 [ 5381, %389 ], [ %412, %405 ]
  %417 = icmp eq i64 %391, 0
  br i1 %417, label %462, label %418

418:                                              ; preds = %415
  %419 = zext i32 %416 to i64
  %420 = urem i64 %419, %373
  br label %421

421:                                              ; preds = %429, %418
  %422 = phi i64 [ %391, %418 ], [ %423, %429 ]
  %423 = add nsw i64 %422, -1
  %424 = getelementptr inbounds i32, ptr %387, i64 %423
  %425 = load i32, ptr %424, align 4
  %426 = zext i32 %425 to i64
  %427 = urem i64 %426, %373
  %428 = icmp samesign ugt i64 %427, %420
  br i1 %428, label %429, label %435

429:                                              ; preds = %421
  %430 = getelementptr inbounds i32, ptr %387, i64 %422
  store i32 %425, ptr %430, align 4
  %431 = getelementptr inbounds i64, ptr %388, i64 %423
  %432 = load i64, ptr %431, align 8
  %433 = getelementptr inbounds i64, ptr %388, i64 %422
  store i64 %432, ptr %433, align 8
  %434 = icmp eq i64 %423, 0
  br i1 %434, label %462, label %421, !llvm.loop !10

435:                                              ; preds = %421
  %436 = icmp sgt i64 %422, 0
  br i1 %436, label %437, label %462

437:                                              ; preds = %435
  %438 = load ptr, ptr %234, align 8
  %439 = load ptr, ptr %238, align 8
  br label %440

440:                                              ; preds = %437, %460
  %441 = phi i64 [ %442, %460 ], [ %422, %437 ]
  %442 = add nsw i64 %441, -1
  %443 = getelementptr inbounds nuw i32, ptr %387, i64 %442
  %444 = load i32, ptr %443, align 4
  %445 = zext i32 %444 to i64
  %446 = urem i64 %445, %373
  %447 = icmp eq i64 %446, %420
  br i1 %447, label %448, label %462

448:                                              ; preds = %440
  %449 = icmp eq i32 %444, %416
  br i1 %449, label %450, label %460

450:                                              ; preds = %448
  %451 = getelementptr inbounds nuw i64, ptr %388, i64 %442
  %452 = load i64, ptr %451, align 8
  %453 = mul nsw i64 %452, 24
  %454 = getelementptr inbounds i8, ptr %439, i64 %453
  %455 = load i32, ptr %454, align 1
  %456 = zext i32 %455 to i64
  %457 = getelementptr inbounds nuw i8, ptr %438, i64 %456
  %458 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %457, ptr noundef nonnull dereferenceable(1) %402) #14
  %459 = icmp eq i32 %458, 0
  br i1 %459, label %1033, label %460

460:                                              ; preds = %450, %448
  %461 = icmp samesign ugt i64 %441, 1
  br i1 %461, label %440, label %462, !llvm.loop !11

462:                                              ; preds = %429, %460, %440, %435, %415
  %463 = phi i64 [ 0, %415 ], [ %422, %435 ], [ %422, %460 ], [ %422, %440 ], [ 0, %429 ]
  %464 = getelementptr inbounds i32, ptr %387, i64 %463
  store i32 %416, ptr %464, align 4
  %465 = getelementptr inbounds i64, ptr %388, i64 %463
  store i64 %395, ptr %465, align 8
  %466 = call fastcc i32 @is_string(ptr noundef nonnull %368, ptr noundef nonnull %402) #15
  %467 = icmp eq i32 %466, 0
  br i1 %467, label %468, label %1033

468:                                              ; preds = %462
  %469 = load ptr, ptr %58, align 8
  %470 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %402, ptr noundef nonnull dereferenceable(1) %469) #14
  %471 = icmp eq i32 %470, 0
  br i1 %471, label %1033, label %472

472:                                              ; preds = %468
  %473 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %402) #14
  %474 = add i64 %390, 1
  %475 = add i64 %474, %473
  %476 = add nuw nsw i64 %391, 1
  %477 = load i64, ptr %369, align 8
  %478 = icmp slt i64 %476, %477
  br i1 %478, label %389, label %479, !llvm.loop !12

479:                                              ; preds = %472
  %480 = load i64, ptr %65, align 8
  br label %481

481:                                              ; preds = %479, %383
  %482 = phi i64 [ %374, %383 ], [ %480, %479 ]
  %483 = phi i64 [ 0, %383 ], [ %475, %479 ]
  %484 = getelementptr inbounds nuw i8, ptr %368, i64 528
  %485 = load i64, ptr %484, align 8
  %486 = add nsw i64 %485, %483
  %487 = getelementptr inbounds nuw i8, ptr %20, i64 19600
  store i64 %486, ptr %487, align 8
  %488 = getelementptr inbounds nuw i8, ptr %368, i64 544
  %489 = load i64, ptr %488, align 8
  %490 = add i64 %482, 1
  %491 = add i64 %490, %486
  %492 = add i64 %491, %489
  %493 = getelementptr inbounds nuw i8, ptr %368, i64 112
  %494 = load i64, ptr %493, align 8
  %495 = getelementptr inbounds i64, ptr %343, i64 %494
  store i64 %492, ptr %495, align 8
  %496 = load i64, ptr %244, align 8
  %497 = getelementptr inbounds nuw i8, ptr %368, i64 176
  %498 = load i64, ptr %497, align 8
  %499 = getelementptr inbounds i64, ptr %343, i64 %498
  store i64 %496, ptr %499, align 8
  %500 = load ptr, ptr %20, align 8
  %501 = getelementptr inbounds nuw i8, ptr %500, i64 208
  %502 = load i64, ptr %501, align 8
  %503 = icmp sgt i64 %502, 0
  br i1 %503, label %504, label %506

504:                                              ; preds = %481
  %505 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  br label %512

506:                                              ; preds = %512, %481
  %507 = getelementptr inbounds nuw i8, ptr %500, i64 464
  %508 = load i64, ptr %507, align 8
  %509 = icmp sgt i64 %508, 0
  br i1 %509, label %510, label %518

510:                                              ; preds = %506
  %511 = getelementptr inbounds nuw i8, ptr %500, i64 456
  br label %526

512:                                              ; preds = %512, %504
  %513 = phi i64 [ 0, %504 ], [ %515, %512 ]
  %514 = getelementptr inbounds nuw i64, ptr %505, i64 %513
  store i64 0, ptr %514, align 8
  %515 = add nuw nsw i64 %513, 1
  %516 = load i64, ptr %501, align 8
  %517 = icmp slt i64 %515, %516
  br i1 %517, label %512, label %506, !llvm.loop !13

518:                                              ; preds = %526, %506
  %519 = getelementptr inbounds nuw i8, ptr %500, i64 480
  %520 = load i64, ptr %519, align 8
  %521 = icmp sgt i64 %520, 0
  br i1 %521, label %522, label %577

522:                                              ; preds = %518
  %523 = getelementptr inbounds nuw i8, ptr %500, i64 472
  %524 = getelementptr inbounds nuw i8, ptr %500, i64 488
  %525 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  br label %540

526:                                              ; preds = %526, %510
  %527 = phi i64 [ 0, %510 ], [ %537, %526 ]
  %528 = load i64, ptr %511, align 8
  %529 = getelementptr inbounds i8, ptr %500, i64 %528
  %530 = getelementptr inbounds nuw %struct.Single, ptr %529, i64 %527
  %531 = load i64, ptr %530, align 8
  %532 = getelementptr inbounds nuw i8, ptr %530, i64 8
  %533 = load i64, ptr %532, align 8
  %534 = getelementptr inbounds i64, ptr %100, i64 %533
  %535 = load i64, ptr %534, align 8
  %536 = getelementptr inbounds i64, ptr %343, i64 %531
  store i64 %535, ptr %536, align 8
  %537 = add nuw nsw i64 %527, 1
  %538 = load i64, ptr %507, align 8
  %539 = icmp slt i64 %537, %538
  br i1 %539, label %526, label %518, !llvm.loop !14

540:                                              ; preds = %552, %522
  %541 = phi i64 [ 0, %522 ], [ %555, %552 ]
  %542 = load i64, ptr %523, align 8
  %543 = getelementptr inbounds i8, ptr %500, i64 %542
  %544 = getelementptr inbounds nuw %struct.Several, ptr %543, i64 %541
  %545 = load i64, ptr %544, align 8
  %546 = getelementptr inbounds nuw i8, ptr %544, i64 16
  %547 = load i64, ptr %546, align 8
  %548 = getelementptr inbounds nuw i8, ptr %544, i64 24
  %549 = load i64, ptr %548, align 8
  %550 = add nsw i64 %549, %547
  %551 = icmp sgt i64 %549, 0
  br i1 %551, label %558, label %552

552:                                              ; preds = %558, %540
  %553 = phi i64 [ 0, %540 ], [ %574, %558 ]
  %554 = getelementptr inbounds i64, ptr %343, i64 %545
  store i64 %553, ptr %554, align 8
  %555 = add nuw nsw i64 %541, 1
  %556 = load i64, ptr %519, align 8
  %557 = icmp slt i64 %555, %556
  br i1 %557, label %540, label %577, !llvm.loop !15

558:                                              ; preds = %540, %558
  %559 = phi i64 [ %575, %558 ], [ %547, %540 ]
  %560 = phi i64 [ %574, %558 ], [ 0, %540 ]
  %561 = load i64, ptr %524, align 8
  %562 = getelementptr inbounds i8, ptr %500, i64 %561
  %563 = getelementptr inbounds %struct.Part, ptr %562, i64 %559
  %564 = load i64, ptr %563, align 8
  %565 = getelementptr inbounds nuw i8, ptr %563, i64 8
  %566 = load i64, ptr %565, align 8
  %567 = add i64 %560, -1
  %568 = add i64 %567, %566
  %569 = sub nsw i64 0, %566
  %570 = and i64 %568, %569
  %571 = getelementptr inbounds i64, ptr %525, i64 %564
  store i64 %570, ptr %571, align 8
  %572 = getelementptr inbounds i64, ptr %100, i64 %564
  %573 = load i64, ptr %572, align 8
  %574 = add nsw i64 %570, %573
  %575 = add nsw i64 %559, 1
  %576 = icmp slt i64 %575, %550
  br i1 %576, label %558, label %552, !llvm.loop !16

577:                                              ; preds = %552, %518
  %578 = load ptr, ptr %20, align 8
  %579 = getelementptr inbounds nuw i8, ptr %578, i64 24
  %580 = load i64, ptr %579, align 8
  %581 = getelementptr inbounds %struct.Bytes, ptr %193, i64 %580
  %582 = load ptr, ptr %581, align 8
  %583 = getelementptr inbounds nuw i8, ptr %581, i64 8
  %584 = load i64, ptr %583, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %7) #12
  %585 = getelementptr inbounds nuw i8, ptr %20, i64 57496
  store i64 0, ptr %585, align 8
  %586 = load i64, ptr %579, align 8
  %587 = icmp eq i64 %586, 0
  br i1 %587, label %718, label %588

588:                                              ; preds = %577
  %589 = and i64 %584, 7
  %590 = icmp eq i64 %589, 0
  br i1 %590, label %591, label %717

591:                                              ; preds = %588
  %592 = add nsw i64 %584, -8
  %593 = icmp slt i64 %584, 1
  br i1 %593, label %668, label %594

594:                                              ; preds = %591
  %595 = add nsw i64 %584, -4
  %596 = getelementptr inbounds nuw i8, ptr %578, i64 504
  %597 = getelementptr inbounds nuw i8, ptr %578, i64 512
  br label %598

598:                                              ; preds = %660, %594
  %599 = phi i64 [ 0, %594 ], [ %663, %660 ]
  %600 = phi i64 [ 0, %594 ], [ %664, %660 ]
  %601 = phi i64 [ 0, %594 ], [ %662, %660 ]
  %602 = getelementptr inbounds nuw i8, ptr %582, i64 %600
  %603 = load i32, ptr %602, align 1
  %604 = zext i32 %603 to i64
  %605 = getelementptr inbounds nuw i8, ptr %602, i64 4
  %606 = load i32, ptr %605, align 1
  %607 = zext i32 %606 to i64
  %608 = icmp ult i32 %603, 4
  %609 = sub i64 %595, %600
  %610 = icmp slt i64 %609, %604
  %611 = select i1 %608, i1 true, i1 %610
  br i1 %611, label %717, label %612

612:                                              ; preds = %598
  %613 = icmp eq i32 %606, 0
  br i1 %613, label %619, label %614

614:                                              ; preds = %612
  %615 = icmp sgt i64 %599, 0
  br i1 %615, label %616, label %717

616:                                              ; preds = %614
  %617 = add nuw nsw i64 %600, 4
  %618 = sub i64 %617, %607
  br label %651

619:                                              ; preds = %612
  %620 = icmp eq i64 %599, 8
  br i1 %620, label %717, label %621

621:                                              ; preds = %619
  %622 = add nuw nsw i64 %604, 4
  %623 = load i64, ptr %596, align 8
  %624 = getelementptr inbounds i8, ptr %578, i64 %623
  %625 = load i64, ptr %597, align 8
  %626 = getelementptr inbounds i8, ptr %624, i64 %625
  %627 = icmp sgt i64 %625, 0
  br i1 %627, label %628, label %717

628:                                              ; preds = %621, %635
  %629 = phi ptr [ %638, %635 ], [ %624, %621 ]
  %630 = load i32, ptr %629, align 1
  %631 = icmp eq i32 %603, %630
  br i1 %631, label %632, label %635

632:                                              ; preds = %628
  %633 = call i32 @bcmp(ptr noundef nonnull dereferenceable(1) %629, ptr noundef nonnull readonly dereferenceable(1) %602, i64 range(i64 8, 4294967300) %622)
  %634 = icmp eq i32 %633, 0
  br i1 %634, label %640, label %635

635:                                              ; preds = %632, %628
  %636 = add i32 %630, 4
  %637 = zext i32 %636 to i64
  %638 = getelementptr inbounds nuw i8, ptr %629, i64 %637
  %639 = icmp ult ptr %638, %626
  br i1 %639, label %628, label %717, !llvm.loop !17

640:                                              ; preds = %632
  %641 = add nsw i64 %599, 1
  %642 = getelementptr inbounds i64, ptr %7, i64 %599
  store i64 %600, ptr %642, align 8
  %643 = add nuw nsw i64 %600, 4
  br label %660

644:                                              ; preds = %651
  %645 = icmp slt i64 %657, 0
  %646 = icmp ult i32 %603, 12
  %647 = or i1 %646, %645
  %648 = add nsw i64 %601, 1
  %649 = icmp sgt i64 %601, 2047
  %650 = select i1 %647, i1 true, i1 %649
  br i1 %650, label %717, label %660

651:                                              ; preds = %651, %616
  %652 = phi i64 [ 0, %616 ], [ %658, %651 ]
  %653 = phi i64 [ -1, %616 ], [ %657, %651 ]
  %654 = getelementptr inbounds nuw i64, ptr %7, i64 %652
  %655 = load i64, ptr %654, align 8
  %656 = icmp eq i64 %655, %618
  %657 = select i1 %656, i64 %652, i64 %653
  %658 = add nuw nsw i64 %652, 1
  %659 = icmp eq i64 %658, %599
  br i1 %659, label %644, label %651, !llvm.loop !18

660:                                              ; preds = %644, %640
  %661 = phi i64 [ %617, %644 ], [ %643, %640 ]
  %662 = phi i64 [ %648, %644 ], [ %601, %640 ]
  %663 = phi i64 [ %599, %644 ], [ %641, %640 ]
  %664 = add nuw nsw i64 %661, %604
  %665 = icmp sgt i64 %664, %592
  br i1 %665, label %666, label %598, !llvm.loop !19

666:                                              ; preds = %660
  %667 = icmp eq i64 %664, %584
  br i1 %667, label %670, label %717

668:                                              ; preds = %591
  %669 = icmp eq i64 %584, 0
  br i1 %669, label %677, label %717

670:                                              ; preds = %666
  %671 = icmp sgt i64 %663, 0
  br i1 %671, label %672, label %677

672:                                              ; preds = %670
  %673 = getelementptr inbounds nuw i8, ptr %20, i64 41112
  br label %674

674:                                              ; preds = %714, %672
  %675 = phi i64 [ 0, %672 ], [ %715, %714 ]
  %676 = getelementptr inbounds nuw i64, ptr %7, i64 %675
  br label %690

677:                                              ; preds = %714, %670, %668
  %678 = getelementptr inbounds nuw i8, ptr %578, i64 144
  %679 = load i64, ptr %678, align 8
  %680 = getelementptr inbounds i64, ptr %343, i64 %679
  %681 = load i64, ptr %680, align 8
  %682 = add nsw i64 %681, 4
  store i64 %682, ptr %680, align 8
  %683 = load i64, ptr %585, align 8
  %684 = shl nsw i64 %683, 3
  %685 = add nsw i64 %684, 12
  %686 = getelementptr inbounds nuw i8, ptr %578, i64 152
  %687 = load i64, ptr %686, align 8
  %688 = getelementptr inbounds i64, ptr %343, i64 %687
  store i64 %685, ptr %688, align 8
  %689 = load ptr, ptr %20, align 8
  br label %718

690:                                              ; preds = %708, %674
  %691 = phi i64 [ 0, %674 ], [ %712, %708 ]
  %692 = getelementptr inbounds nuw i8, ptr %582, i64 %691
  %693 = getelementptr inbounds nuw i8, ptr %692, i64 4
  %694 = load i32, ptr %693, align 1
  %695 = icmp eq i32 %694, 0
  br i1 %695, label %696, label %698

696:                                              ; preds = %690
  %697 = add nuw nsw i64 %691, 4
  br label %708

698:                                              ; preds = %690
  %699 = zext i32 %694 to i64
  %700 = add nuw nsw i64 %691, 4
  %701 = sub i64 %700, %699
  %702 = load i64, ptr %676, align 8
  %703 = icmp eq i64 %701, %702
  br i1 %703, label %704, label %708

704:                                              ; preds = %698
  %705 = load i64, ptr %585, align 8
  %706 = add nsw i64 %705, 1
  store i64 %706, ptr %585, align 8
  %707 = getelementptr inbounds i64, ptr %673, i64 %705
  store i64 %691, ptr %707, align 8
  br label %708

708:                                              ; preds = %704, %698, %696
  %709 = phi i64 [ %697, %696 ], [ %700, %704 ], [ %700, %698 ]
  %710 = load i32, ptr %692, align 1
  %711 = zext i32 %710 to i64
  %712 = add nuw nsw i64 %709, %711
  %713 = icmp slt i64 %712, %584
  br i1 %713, label %690, label %714, !llvm.loop !20

714:                                              ; preds = %708
  %715 = add nuw nsw i64 %675, 1
  %716 = icmp eq i64 %715, %663
  br i1 %716, label %677, label %674, !llvm.loop !21

717:                                              ; preds = %644, %621, %619, %614, %598, %635, %668, %666, %588
  call void @llvm.lifetime.end.p0(ptr nonnull %7) #12
  br label %1033

718:                                              ; preds = %677, %577
  %719 = phi ptr [ %689, %677 ], [ %578, %577 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %7) #12
  %720 = getelementptr inbounds nuw i8, ptr %719, i64 48
  %721 = load i64, ptr %720, align 8
  %722 = getelementptr inbounds nuw i8, ptr %719, i64 56
  %723 = load i64, ptr %722, align 8
  %724 = add nsw i64 %723, %721
  %725 = getelementptr inbounds nuw i8, ptr %719, i64 64
  %726 = load i64, ptr %725, align 8
  %727 = add nsw i64 %724, %726
  %728 = getelementptr inbounds nuw i8, ptr %719, i64 40
  %729 = load i64, ptr %728, align 8
  %730 = icmp sgt i64 %721, 0
  br i1 %730, label %731, label %753

731:                                              ; preds = %718
  %732 = getelementptr inbounds nuw i8, ptr %719, i64 408
  %733 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %734 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %735

735:                                              ; preds = %735, %731
  %736 = phi i64 [ 0, %731 ], [ %751, %735 ]
  %737 = phi i64 [ %729, %731 ], [ %750, %735 ]
  %738 = load i64, ptr %732, align 8
  %739 = getelementptr inbounds i8, ptr %719, i64 %738
  %740 = getelementptr inbounds nuw i64, ptr %739, i64 %736
  %741 = load i64, ptr %740, align 8
  %742 = add i64 %737, -1
  %743 = add i64 %742, %741
  %744 = sub nsw i64 0, %741
  %745 = and i64 %743, %744
  %746 = getelementptr inbounds nuw i64, ptr %733, i64 %736
  store i64 %745, ptr %746, align 8
  %747 = getelementptr inbounds nuw i64, ptr %734, i64 %736
  store i64 %745, ptr %747, align 8
  %748 = getelementptr inbounds nuw i64, ptr %343, i64 %736
  %749 = load i64, ptr %748, align 8
  %750 = add nsw i64 %749, %745
  %751 = add nuw nsw i64 %736, 1
  %752 = icmp eq i64 %751, %721
  br i1 %752, label %753, label %735, !llvm.loop !22

753:                                              ; preds = %735, %718
  %754 = phi i64 [ %729, %718 ], [ %750, %735 ]
  %755 = getelementptr inbounds nuw i8, ptr %20, i64 19568
  store i64 %754, ptr %755, align 8
  %756 = load i64, ptr %720, align 8
  %757 = load i64, ptr %722, align 8
  %758 = getelementptr inbounds nuw i8, ptr %719, i64 32
  %759 = load i64, ptr %758, align 8
  %760 = add nsw i64 %757, %756
  %761 = icmp sgt i64 %757, 0
  br i1 %761, label %762, label %787

762:                                              ; preds = %753
  %763 = getelementptr inbounds nuw i8, ptr %719, i64 408
  %764 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %765 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %766

766:                                              ; preds = %766, %762
  %767 = phi i64 [ %756, %762 ], [ %783, %766 ]
  %768 = phi i64 [ %754, %762 ], [ %782, %766 ]
  %769 = load i64, ptr %763, align 8
  %770 = getelementptr inbounds i8, ptr %719, i64 %769
  %771 = getelementptr inbounds i64, ptr %770, i64 %767
  %772 = load i64, ptr %771, align 8
  %773 = add i64 %768, -1
  %774 = add i64 %773, %772
  %775 = sub nsw i64 0, %772
  %776 = and i64 %774, %775
  %777 = getelementptr inbounds i64, ptr %764, i64 %767
  store i64 %776, ptr %777, align 8
  %778 = add nsw i64 %776, %759
  %779 = getelementptr inbounds i64, ptr %765, i64 %767
  store i64 %778, ptr %779, align 8
  %780 = getelementptr inbounds i64, ptr %343, i64 %767
  %781 = load i64, ptr %780, align 8
  %782 = add nsw i64 %781, %776
  %783 = add nsw i64 %767, 1
  %784 = icmp slt i64 %783, %760
  br i1 %784, label %766, label %785, !llvm.loop !22

785:                                              ; preds = %766
  %786 = load ptr, ptr %20, align 8
  br label %787

787:                                              ; preds = %785, %753
  %788 = phi ptr [ %719, %753 ], [ %786, %785 ]
  %789 = phi i64 [ %754, %753 ], [ %782, %785 ]
  %790 = getelementptr inbounds nuw i8, ptr %20, i64 19576
  store i64 %789, ptr %790, align 8
  %791 = load i64, ptr %720, align 8
  %792 = load i64, ptr %722, align 8
  %793 = add nsw i64 %792, %791
  %794 = load i64, ptr %725, align 8
  %795 = load i64, ptr %758, align 8
  %796 = add nsw i64 %794, %793
  %797 = icmp sgt i64 %794, 0
  br i1 %797, label %798, label %823

798:                                              ; preds = %787
  %799 = getelementptr inbounds nuw i8, ptr %788, i64 408
  %800 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %801 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %802

802:                                              ; preds = %802, %798
  %803 = phi i64 [ %793, %798 ], [ %819, %802 ]
  %804 = phi i64 [ %789, %798 ], [ %818, %802 ]
  %805 = load i64, ptr %799, align 8
  %806 = getelementptr inbounds i8, ptr %788, i64 %805
  %807 = getelementptr inbounds i64, ptr %806, i64 %803
  %808 = load i64, ptr %807, align 8
  %809 = add i64 %804, -1
  %810 = add i64 %809, %808
  %811 = sub nsw i64 0, %808
  %812 = and i64 %810, %811
  %813 = getelementptr inbounds i64, ptr %800, i64 %803
  store i64 %812, ptr %813, align 8
  %814 = add nsw i64 %812, %795
  %815 = getelementptr inbounds i64, ptr %801, i64 %803
  store i64 %814, ptr %815, align 8
  %816 = getelementptr inbounds i64, ptr %343, i64 %803
  %817 = load i64, ptr %816, align 8
  %818 = add nsw i64 %817, %812
  %819 = add nsw i64 %803, 1
  %820 = icmp slt i64 %819, %796
  br i1 %820, label %802, label %821, !llvm.loop !22

821:                                              ; preds = %802
  %822 = load i64, ptr %790, align 8
  br label %823

823:                                              ; preds = %821, %787
  %824 = phi i64 [ %789, %787 ], [ %822, %821 ]
  %825 = phi i64 [ %789, %787 ], [ %818, %821 ]
  %826 = getelementptr inbounds nuw i8, ptr %20, i64 19584
  store i64 %825, ptr %826, align 8
  %827 = load i64, ptr %725, align 8
  %828 = icmp sgt i64 %827, 0
  br i1 %828, label %829, label %834

829:                                              ; preds = %823
  %830 = sub nsw i64 %727, %827
  %831 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  br label %869

832:                                              ; preds = %869
  %833 = load i64, ptr %790, align 8
  br label %834

834:                                              ; preds = %832, %823
  %835 = phi i64 [ %833, %832 ], [ %824, %823 ]
  %836 = getelementptr inbounds nuw i8, ptr %719, i64 400
  %837 = load i64, ptr %836, align 8
  %838 = load ptr, ptr %20, align 8
  %839 = icmp sgt i64 %837, %727
  br i1 %839, label %840, label %862

840:                                              ; preds = %834
  %841 = getelementptr inbounds nuw i8, ptr %838, i64 408
  %842 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %843 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %844

844:                                              ; preds = %844, %840
  %845 = phi i64 [ %727, %840 ], [ %860, %844 ]
  %846 = phi i64 [ %835, %840 ], [ %859, %844 ]
  %847 = load i64, ptr %841, align 8
  %848 = getelementptr inbounds i8, ptr %838, i64 %847
  %849 = getelementptr inbounds i64, ptr %848, i64 %845
  %850 = load i64, ptr %849, align 8
  %851 = add i64 %846, -1
  %852 = add i64 %851, %850
  %853 = sub nsw i64 0, %850
  %854 = and i64 %852, %853
  %855 = getelementptr inbounds i64, ptr %842, i64 %845
  store i64 %854, ptr %855, align 8
  %856 = getelementptr inbounds i64, ptr %843, i64 %845
  store i64 %854, ptr %856, align 8
  %857 = getelementptr inbounds i64, ptr %343, i64 %845
  %858 = load i64, ptr %857, align 8
  %859 = add nsw i64 %858, %854
  %860 = add nsw i64 %845, 1
  %861 = icmp slt i64 %860, %837
  br i1 %861, label %844, label %862, !llvm.loop !22

862:                                              ; preds = %844, %834
  %863 = phi i64 [ %835, %834 ], [ %859, %844 ]
  %864 = getelementptr inbounds nuw i8, ptr %20, i64 19592
  store i64 %863, ptr %864, align 8
  %865 = load i64, ptr %836, align 8
  %866 = icmp slt i64 %727, %865
  br i1 %866, label %867, label %876

867:                                              ; preds = %862
  %868 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %882

869:                                              ; preds = %869, %829
  %870 = phi i64 [ %830, %829 ], [ %872, %869 ]
  %871 = getelementptr inbounds i64, ptr %831, i64 %870
  store i64 %824, ptr %871, align 8
  %872 = add nsw i64 %870, 1
  %873 = icmp slt i64 %872, %727
  br i1 %873, label %869, label %832, !llvm.loop !23

874:                                              ; preds = %882
  %875 = load i64, ptr %864, align 8
  br label %876

876:                                              ; preds = %874, %862
  %877 = phi i64 [ %875, %874 ], [ %863, %862 ]
  %878 = load i64, ptr %826, align 8
  %879 = icmp sgt i64 %878, 70368744177664
  %880 = icmp sgt i64 %877, 67108864
  %881 = select i1 %879, i1 true, i1 %880
  br i1 %881, label %1033, label %888

882:                                              ; preds = %882, %867
  %883 = phi i64 [ %727, %867 ], [ %885, %882 ]
  %884 = getelementptr inbounds i64, ptr %868, i64 %883
  store i64 0, ptr %884, align 8
  %885 = add nsw i64 %883, 1
  %886 = load i64, ptr %836, align 8
  %887 = icmp slt i64 %885, %886
  br i1 %887, label %882, label %874, !llvm.loop !24

888:                                              ; preds = %876
  %889 = load ptr, ptr %20, align 8
  %890 = getelementptr inbounds nuw i8, ptr %889, i64 464
  %891 = load i64, ptr %890, align 8
  %892 = icmp sgt i64 %891, 0
  br i1 %892, label %893, label %897

893:                                              ; preds = %888
  %894 = getelementptr inbounds nuw i8, ptr %889, i64 456
  %895 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  %896 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  br label %906

897:                                              ; preds = %906, %888
  %898 = getelementptr inbounds nuw i8, ptr %889, i64 480
  %899 = load i64, ptr %898, align 8
  %900 = icmp sgt i64 %899, 0
  br i1 %900, label %901, label %920

901:                                              ; preds = %897
  %902 = getelementptr inbounds nuw i8, ptr %889, i64 472
  %903 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  %904 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  %905 = getelementptr inbounds nuw i8, ptr %889, i64 488
  br label %929

906:                                              ; preds = %906, %893
  %907 = phi i64 [ 0, %893 ], [ %917, %906 ]
  %908 = load i64, ptr %894, align 8
  %909 = getelementptr inbounds i8, ptr %889, i64 %908
  %910 = getelementptr inbounds nuw %struct.Single, ptr %909, i64 %907
  %911 = load i64, ptr %910, align 8
  %912 = getelementptr inbounds nuw i8, ptr %910, i64 8
  %913 = load i64, ptr %912, align 8
  %914 = getelementptr inbounds i64, ptr %895, i64 %911
  %915 = load i64, ptr %914, align 8
  %916 = getelementptr inbounds i64, ptr %896, i64 %913
  store i64 %915, ptr %916, align 8
  %917 = add nuw nsw i64 %907, 1
  %918 = load i64, ptr %890, align 8
  %919 = icmp slt i64 %917, %918
  br i1 %919, label %906, label %897, !llvm.loop !25

920:                                              ; preds = %946, %897
  %921 = getelementptr inbounds nuw i8, ptr %889, i64 240
  %922 = load i64, ptr %921, align 8
  %923 = icmp sgt i64 %922, 0
  br i1 %923, label %924, label %962

924:                                              ; preds = %920
  %925 = load ptr, ptr %238, align 8
  %926 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  %927 = getelementptr inbounds nuw i8, ptr %889, i64 376
  %928 = getelementptr inbounds nuw i8, ptr %20, i64 19608
  br label %972

929:                                              ; preds = %946, %901
  %930 = phi i64 [ %899, %901 ], [ %947, %946 ]
  %931 = phi i64 [ 0, %901 ], [ %948, %946 ]
  %932 = load i64, ptr %902, align 8
  %933 = getelementptr inbounds i8, ptr %889, i64 %932
  %934 = getelementptr inbounds nuw %struct.Several, ptr %933, i64 %931
  %935 = getelementptr inbounds nuw i8, ptr %934, i64 16
  %936 = load i64, ptr %935, align 8
  %937 = getelementptr inbounds nuw i8, ptr %934, i64 24
  %938 = load i64, ptr %937, align 8
  %939 = add nsw i64 %938, %936
  %940 = icmp sgt i64 %938, 0
  br i1 %940, label %941, label %946

941:                                              ; preds = %929
  %942 = load i64, ptr %934, align 8
  %943 = getelementptr inbounds i64, ptr %903, i64 %942
  br label %950

944:                                              ; preds = %950
  %945 = load i64, ptr %898, align 8
  br label %946

946:                                              ; preds = %944, %929
  %947 = phi i64 [ %945, %944 ], [ %930, %929 ]
  %948 = add nuw nsw i64 %931, 1
  %949 = icmp slt i64 %948, %947
  br i1 %949, label %929, label %920, !llvm.loop !26

950:                                              ; preds = %950, %941
  %951 = phi i64 [ %936, %941 ], [ %960, %950 ]
  %952 = load i64, ptr %943, align 8
  %953 = load i64, ptr %905, align 8
  %954 = getelementptr inbounds i8, ptr %889, i64 %953
  %955 = getelementptr inbounds %struct.Part, ptr %954, i64 %951
  %956 = load i64, ptr %955, align 8
  %957 = getelementptr inbounds i64, ptr %904, i64 %956
  %958 = load i64, ptr %957, align 8
  %959 = add nsw i64 %958, %952
  store i64 %959, ptr %957, align 8
  %960 = add nsw i64 %951, 1
  %961 = icmp slt i64 %960, %939
  br i1 %961, label %950, label %944, !llvm.loop !27

962:                                              ; preds = %986, %920
  %963 = getelementptr inbounds nuw i8, ptr %889, i64 256
  %964 = load i64, ptr %963, align 8
  %965 = icmp sgt i64 %964, 0
  br i1 %965, label %966, label %995

966:                                              ; preds = %962
  %967 = getelementptr inbounds nuw i8, ptr %889, i64 248
  %968 = load i64, ptr %967, align 8
  %969 = getelementptr inbounds i8, ptr %889, i64 %968
  %970 = getelementptr inbounds nuw i8, ptr %20, i64 19608
  %971 = load ptr, ptr %238, align 8
  br label %1004

972:                                              ; preds = %986, %924
  %973 = phi i64 [ 0, %924 ], [ %989, %986 ]
  %974 = mul nuw nsw i64 %973, 24
  %975 = getelementptr inbounds nuw i8, ptr %925, i64 %974
  %976 = getelementptr inbounds nuw i8, ptr %975, i64 8
  %977 = load i64, ptr %976, align 1
  %978 = load i64, ptr %927, align 8
  %979 = getelementptr inbounds i8, ptr %889, i64 %978
  %980 = getelementptr inbounds nuw i64, ptr %979, i64 %973
  %981 = load i64, ptr %980, align 8
  %982 = getelementptr inbounds i64, ptr %926, i64 %981
  %983 = load i64, ptr %982, align 8
  %984 = call { i64, i1 } @llvm.uadd.with.overflow.i64(i64 %977, i64 %983)
  %985 = extractvalue { i64, i1 } %984, 1
  br i1 %985, label %1033, label %986

986:                                              ; preds = %972
  %987 = extractvalue { i64, i1 } %984, 0
  %988 = getelementptr inbounds nuw i64, ptr %928, i64 %973
  store i64 %987, ptr %988, align 8
  %989 = add nuw nsw i64 %973, 1
  %990 = load i64, ptr %921, align 8
  %991 = icmp slt i64 %989, %990
  br i1 %991, label %972, label %962, !llvm.loop !28

992:                                              ; preds = %1011
  %993 = add nuw nsw i64 %1005, 1
  %994 = icmp eq i64 %993, %964
  br i1 %994, label %995, label %1004, !llvm.loop !29

995:                                              ; preds = %992, %962
  %996 = getelementptr inbounds nuw i8, ptr %889, i64 640
  %997 = load i64, ptr %996, align 8
  %998 = icmp sgt i64 %997, 0
  br i1 %998, label %999, label %1035

999:                                              ; preds = %995
  %1000 = getelementptr inbounds nuw i8, ptr %889, i64 632
  %1001 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  %1002 = getelementptr inbounds nuw i8, ptr %889, i64 136
  %1003 = getelementptr inbounds nuw i8, ptr %20, i64 19608
  br label %1017

1004:                                             ; preds = %992, %966
  %1005 = phi i64 [ 0, %966 ], [ %993, %992 ]
  %1006 = getelementptr inbounds nuw i64, ptr %969, i64 %1005
  %1007 = load i64, ptr %1006, align 8
  %1008 = getelementptr inbounds i64, ptr %970, i64 %1007
  %1009 = load i64, ptr %1008, align 8
  %1010 = icmp eq i64 %1009, 0
  br i1 %1010, label %1011, label %1033

1011:                                             ; preds = %1004
  %1012 = mul nsw i64 %1007, 24
  %1013 = getelementptr inbounds i8, ptr %971, i64 %1012
  %1014 = getelementptr inbounds nuw i8, ptr %1013, i64 16
  %1015 = load i64, ptr %1014, align 1
  %1016 = icmp eq i64 %1015, 0
  br i1 %1016, label %992, label %1033

1017:                                             ; preds = %1017, %999
  %1018 = phi i64 [ 0, %999 ], [ %1030, %1017 ]
  %1019 = load i64, ptr %1002, align 8
  %1020 = getelementptr inbounds i64, ptr %1001, i64 %1019
  %1021 = load i64, ptr %1020, align 8
  %1022 = load i64, ptr %1000, align 8
  %1023 = getelementptr inbounds i8, ptr %889, i64 %1022
  %1024 = getelementptr inbounds nuw i64, ptr %1023, i64 %1018
  %1025 = load i64, ptr %1024, align 8
  %1026 = add nsw i64 %1025, %1021
  %1027 = load i64, ptr %921, align 8
  %1028 = getelementptr i64, ptr %1003, i64 %1027
  %1029 = getelementptr i64, ptr %1028, i64 %1018
  store i64 %1026, ptr %1029, align 8
  %1030 = add nuw nsw i64 %1018, 1
  %1031 = load i64, ptr %996, align 8
  %1032 = icmp slt i64 %1030, %1031
  br i1 %1032, label %1017, label %1035, !llvm.loop !30

1033:                                             ; preds = %161, %168, %153, %141, %127, %115, %134, %121, %104, %147, %204, %217, %270, %261, %291, %326, %313, %328, %462, %468, %450, %972, %1004, %1011, %376, %380, %367, %876, %717, %247, %253, %225, %243, %192, %199, %80, %94, %71, %62, %180, %339
  %1034 = call ptr @PyBytes_FromStringAndSize(ptr noundef nonnull @.str, i64 noundef 0) #13
  br label %1051

1035:                                             ; preds = %1017, %995
  %1036 = load i64, ptr %864, align 8
  %1037 = add i64 %1036, 7
  %1038 = and i64 %1037, -8
  %1039 = load ptr, ptr %20, align 8
  %1040 = getelementptr inbounds nuw i8, ptr %1039, i64 720
  %1041 = load i64, ptr %1040, align 8
  %1042 = add nsw i64 %1038, %1041
  %1043 = call ptr @PyBytes_FromStringAndSize(ptr noundef null, i64 noundef %1042) #13
  %1044 = icmp eq ptr %1043, null
  br i1 %1044, label %1051, label %1045

1045:                                             ; preds = %1035
  %1046 = call ptr @PyBytes_AsString(ptr noundef nonnull %1043) #13
  call void @llvm.memset.p0.i64(ptr align 1 %1046, i8 0, i64 %1042, i1 false)
  %1047 = call fastcc i32 @write_image(ptr noundef %20, ptr noundef %1046, i64 noundef %1038) #15
  %1048 = icmp eq i32 %1047, 0
  br i1 %1048, label %1049, label %1051

1049:                                             ; preds = %1045
  call void @Py_DecRef(ptr noundef nonnull %1043) #13
  %1050 = call ptr @PyBytes_FromStringAndSize(ptr noundef nonnull @.str, i64 noundef 0) #13
  br label %1051

1051:                                             ; preds = %61, %52, %44, %36, %29, %23, %1035, %1045, %1049, %1033
  %1052 = phi ptr [ null, %44 ], [ %1034, %1033 ], [ null, %23 ], [ null, %36 ], [ null, %29 ], [ null, %61 ], [ null, %52 ], [ null, %1035 ], [ %1050, %1049 ], [ %1043, %1045 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %20) #12
  ret ptr %1052
}

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: optsize
declare ptr @PyBytes_FromStringAndSize(ptr noundef, i64 noundef) local_unnamed_addr #2

; Function Attrs: optsize
declare ptr @PyBytes_AsString(ptr noundef) local_unnamed_addr #2

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg) #3

; Function Attrs: nofree norecurse nounwind optsize memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none)
define internal fastcc range(i32 0, 2) i32 @write_image(ptr noundef nonnull readonly %0, ptr noundef %1, i64 noundef %2) unnamed_addr #4 {
  %4 = alloca i64, align 8
  %5 = alloca [1024 x i8], align 16
  %6 = alloca [512 x i64], align 16
  call void @llvm.lifetime.start.p0(ptr nonnull %6) #12
  %7 = load ptr, ptr %0, align 8
  %8 = getelementptr inbounds nuw i8, ptr %7, i64 464
  %9 = load i64, ptr %8, align 8
  %10 = icmp sgt i64 %9, 0
  br i1 %10, label %11, label %16

11:                                               ; preds = %3
  %12 = getelementptr inbounds nuw i8, ptr %7, i64 456
  %13 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %14 = load i64, ptr %12, align 8
  %15 = getelementptr inbounds i8, ptr %7, i64 %14
  br label %28

16:                                               ; preds = %28, %3
  %17 = getelementptr inbounds nuw i8, ptr %7, i64 480
  %18 = load i64, ptr %17, align 8
  %19 = icmp sgt i64 %18, 0
  br i1 %19, label %20, label %70

20:                                               ; preds = %16
  %21 = getelementptr inbounds nuw i8, ptr %7, i64 472
  %22 = getelementptr inbounds nuw i8, ptr %7, i64 488
  %23 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %24 = getelementptr inbounds nuw i8, ptr %0, i64 12400
  %25 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %26 = load i64, ptr %21, align 8
  %27 = getelementptr inbounds i8, ptr %7, i64 %26
  br label %39

28:                                               ; preds = %28, %11
  %29 = phi i64 [ 0, %11 ], [ %37, %28 ]
  %30 = getelementptr inbounds nuw %struct.Single, ptr %15, i64 %29
  %31 = load i64, ptr %30, align 8
  %32 = getelementptr inbounds nuw i8, ptr %30, i64 8
  %33 = load i64, ptr %32, align 8
  %34 = getelementptr inbounds i64, ptr %13, i64 %31
  %35 = load i64, ptr %34, align 8
  %36 = getelementptr inbounds i64, ptr %6, i64 %33
  store i64 %35, ptr %36, align 8
  %37 = add nuw nsw i64 %29, 1
  %38 = icmp eq i64 %37, %9
  br i1 %38, label %16, label %28, !llvm.loop !31

39:                                               ; preds = %57, %20
  %40 = phi i64 [ 0, %20 ], [ %58, %57 ]
  %41 = getelementptr inbounds nuw %struct.Several, ptr %27, i64 %40
  %42 = getelementptr inbounds nuw i8, ptr %41, i64 16
  %43 = load i64, ptr %42, align 8
  %44 = getelementptr inbounds nuw i8, ptr %41, i64 24
  %45 = load i64, ptr %44, align 8
  %46 = add nsw i64 %45, %43
  %47 = icmp sgt i64 %45, 0
  br i1 %47, label %48, label %57

48:                                               ; preds = %39
  %49 = load i64, ptr %41, align 8
  %50 = getelementptr inbounds i64, ptr %23, i64 %49
  %51 = getelementptr inbounds i64, ptr %25, i64 %49
  %52 = load i64, ptr %22, align 8
  %53 = getelementptr inbounds i8, ptr %7, i64 %52
  %54 = load i64, ptr %50, align 8
  %55 = load i64, ptr %51, align 8
  %56 = sub i64 %54, %55
  br label %60

57:                                               ; preds = %60, %39
  %58 = add nuw nsw i64 %40, 1
  %59 = icmp eq i64 %58, %18
  br i1 %59, label %70, label %39, !llvm.loop !32

60:                                               ; preds = %60, %48
  %61 = phi i64 [ %43, %48 ], [ %68, %60 ]
  %62 = getelementptr inbounds %struct.Part, ptr %53, i64 %61
  %63 = load i64, ptr %62, align 8
  %64 = getelementptr inbounds i64, ptr %24, i64 %63
  %65 = load i64, ptr %64, align 8
  %66 = add i64 %65, %56
  %67 = getelementptr inbounds i64, ptr %6, i64 %63
  store i64 %66, ptr %67, align 8
  %68 = add nsw i64 %61, 1
  %69 = icmp slt i64 %68, %46
  br i1 %69, label %60, label %57, !llvm.loop !33

70:                                               ; preds = %57, %16
  %71 = getelementptr inbounds nuw i8, ptr %7, i64 728
  %72 = load i64, ptr %71, align 8
  %73 = getelementptr inbounds i8, ptr %7, i64 %72
  tail call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 1 dereferenceable(64) %1, ptr noundef nonnull readonly align 1 dereferenceable(64) %73, i64 64, i1 false)
  %74 = getelementptr inbounds nuw i8, ptr %1, i64 64
  %75 = getelementptr inbounds i8, ptr %1, i64 %2
  %76 = getelementptr inbounds nuw i8, ptr %0, i64 19568
  %77 = load i64, ptr %76, align 8
  %78 = getelementptr inbounds nuw i8, ptr %7, i64 32
  %79 = load i64, ptr %78, align 8
  %80 = add nsw i64 %79, %77
  %81 = getelementptr inbounds nuw i8, ptr %0, i64 19576
  %82 = getelementptr inbounds nuw i8, ptr %1, i64 40
  %83 = getelementptr inbounds nuw i8, ptr %7, i64 680
  %84 = getelementptr inbounds nuw i8, ptr %7, i64 688
  %85 = getelementptr inbounds nuw i8, ptr %1, i64 96
  %86 = getelementptr inbounds nuw i8, ptr %1, i64 104
  %87 = getelementptr inbounds nuw i8, ptr %1, i64 128
  %88 = getelementptr inbounds nuw i8, ptr %1, i64 136
  %89 = getelementptr inbounds nuw i8, ptr %1, i64 144
  %90 = getelementptr inbounds nuw i8, ptr %1, i64 152
  %91 = load <2 x i64>, ptr %81, align 8
  %92 = insertelement <2 x i64> poison, i64 %77, i64 0
  %93 = shufflevector <2 x i64> %92, <2 x i64> poison, <2 x i32> zeroinitializer
  %94 = sub nsw <2 x i64> %91, %93
  store i64 %2, ptr %82, align 1
  %95 = load i64, ptr %83, align 8
  %96 = getelementptr inbounds i8, ptr %7, i64 %95
  %97 = load i64, ptr %84, align 8
  %98 = shl nsw i64 %97, 3
  tail call void @llvm.memcpy.p0.p0.i64(ptr nonnull align 1 %74, ptr align 1 %96, i64 %98, i1 false)
  store i64 %77, ptr %85, align 1
  store i64 %77, ptr %86, align 1
  store i64 %77, ptr %87, align 1
  store i64 %80, ptr %88, align 1
  store i64 %80, ptr %89, align 1
  store <2 x i64> %94, ptr %90, align 1
  %99 = getelementptr inbounds nuw i8, ptr %7, i64 704
  %100 = load i64, ptr %99, align 8
  %101 = icmp sgt i64 %100, 0
  br i1 %101, label %102, label %107

102:                                              ; preds = %70
  %103 = getelementptr inbounds nuw i8, ptr %7, i64 696
  %104 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %105 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  %106 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  br label %120

107:                                              ; preds = %120, %70
  %108 = getelementptr inbounds nuw i8, ptr %7, i64 712
  %109 = load i64, ptr %108, align 8
  %110 = getelementptr inbounds i8, ptr %7, i64 %109
  %111 = getelementptr inbounds nuw i8, ptr %7, i64 720
  %112 = load i64, ptr %111, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr nonnull align 1 %75, ptr align 1 %110, i64 %112, i1 false)
  %113 = getelementptr inbounds nuw i8, ptr %7, i64 400
  %114 = load i64, ptr %113, align 8
  %115 = icmp sgt i64 %114, 0
  br i1 %115, label %116, label %166

116:                                              ; preds = %107
  %117 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %118 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %119 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  br label %150

120:                                              ; preds = %120, %102
  %121 = phi i64 [ 0, %102 ], [ %147, %120 ]
  %122 = load i64, ptr %103, align 8
  %123 = getelementptr inbounds i8, ptr %7, i64 %122
  %124 = getelementptr inbounds nuw %struct.Segment, ptr %123, i64 %121
  %125 = load i64, ptr %124, align 8
  %126 = getelementptr inbounds nuw i8, ptr %124, i64 8
  %127 = load i64, ptr %126, align 8
  %128 = getelementptr inbounds nuw i8, ptr %124, i64 16
  %129 = load i64, ptr %128, align 8
  %130 = getelementptr inbounds i64, ptr %104, i64 %127
  %131 = load i64, ptr %130, align 8
  %132 = getelementptr inbounds i64, ptr %104, i64 %129
  %133 = load i64, ptr %132, align 8
  %134 = getelementptr inbounds i64, ptr %105, i64 %129
  %135 = load i64, ptr %134, align 8
  %136 = sub i64 %133, %131
  %137 = add i64 %136, %135
  %138 = getelementptr inbounds i64, ptr %106, i64 %127
  %139 = load i64, ptr %138, align 8
  %140 = shl i64 %125, 3
  %141 = getelementptr i8, ptr %74, i64 %140
  %142 = getelementptr i8, ptr %141, i64 8
  store i64 %139, ptr %142, align 1
  %143 = getelementptr i8, ptr %141, i64 16
  store i64 %131, ptr %143, align 1
  %144 = getelementptr i8, ptr %141, i64 24
  store i64 %131, ptr %144, align 1
  %145 = getelementptr i8, ptr %141, i64 32
  store i64 %137, ptr %145, align 1
  %146 = getelementptr i8, ptr %141, i64 40
  store i64 %137, ptr %146, align 1
  %147 = add nuw nsw i64 %121, 1
  %148 = load i64, ptr %99, align 8
  %149 = icmp slt i64 %147, %148
  br i1 %149, label %120, label %107, !llvm.loop !34

150:                                              ; preds = %150, %116
  %151 = phi i64 [ 0, %116 ], [ %152, %150 ]
  %152 = add nuw nsw i64 %151, 1
  %153 = shl nsw i64 %152, 6
  %154 = getelementptr inbounds nuw i8, ptr %75, i64 %153
  %155 = getelementptr inbounds nuw i8, ptr %154, i64 16
  %156 = getelementptr inbounds nuw i64, ptr %117, i64 %151
  %157 = load i64, ptr %156, align 8
  store i64 %157, ptr %155, align 1
  %158 = getelementptr inbounds nuw i8, ptr %154, i64 24
  %159 = getelementptr inbounds nuw i64, ptr %118, i64 %151
  %160 = load i64, ptr %159, align 8
  store i64 %160, ptr %158, align 1
  %161 = getelementptr inbounds nuw i8, ptr %154, i64 32
  %162 = getelementptr inbounds nuw i64, ptr %119, i64 %151
  %163 = load i64, ptr %162, align 8
  store i64 %163, ptr %161, align 1
  %164 = load i64, ptr %113, align 8
  %165 = icmp slt i64 %152, %164
  br i1 %165, label %150, label %166, !llvm.loop !35

166:                                              ; preds = %150, %107
  %167 = load ptr, ptr %0, align 8
  %168 = getelementptr inbounds nuw i8, ptr %167, i64 432
  %169 = load i64, ptr %168, align 8
  %170 = icmp sgt i64 %169, 0
  br i1 %170, label %171, label %177

171:                                              ; preds = %166
  %172 = getelementptr inbounds nuw i8, ptr %167, i64 440
  %173 = load i64, ptr %172, align 8
  %174 = getelementptr inbounds i8, ptr %167, i64 %173
  %175 = getelementptr inbounds nuw i8, ptr %167, i64 424
  %176 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  br label %216

177:                                              ; preds = %216, %166
  %178 = getelementptr inbounds nuw i8, ptr %167, i64 72
  %179 = load i64, ptr %178, align 8
  %180 = icmp sgt i64 %179, -1
  br i1 %180, label %181, label %190

181:                                              ; preds = %177
  %182 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %183 = load i64, ptr %182, align 8
  %184 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %185 = load ptr, ptr %184, align 8
  %186 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %187 = getelementptr inbounds nuw i64, ptr %186, i64 %179
  %188 = load i64, ptr %187, align 8
  %189 = getelementptr inbounds i8, ptr %1, i64 %188
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %189, ptr readonly align 1 %185, i64 %183, i1 false)
  br label %190

190:                                              ; preds = %181, %177
  %191 = getelementptr inbounds nuw i8, ptr %167, i64 80
  %192 = load i64, ptr %191, align 8
  %193 = icmp sgt i64 %192, -1
  br i1 %193, label %194, label %203

194:                                              ; preds = %190
  %195 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %196 = load i64, ptr %195, align 8
  %197 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %198 = load ptr, ptr %197, align 8
  %199 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %200 = getelementptr inbounds nuw i64, ptr %199, i64 %192
  %201 = load i64, ptr %200, align 8
  %202 = getelementptr inbounds i8, ptr %1, i64 %201
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %202, ptr readonly align 1 %198, i64 %196, i1 false)
  br label %203

203:                                              ; preds = %194, %190
  %204 = getelementptr inbounds nuw i8, ptr %167, i64 88
  %205 = load i64, ptr %204, align 8
  %206 = icmp sgt i64 %205, -1
  br i1 %206, label %207, label %232

207:                                              ; preds = %203
  %208 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %209 = load i64, ptr %208, align 8
  %210 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %211 = load ptr, ptr %210, align 8
  %212 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %213 = getelementptr inbounds nuw i64, ptr %212, i64 %205
  %214 = load i64, ptr %213, align 8
  %215 = getelementptr inbounds i8, ptr %1, i64 %214
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %215, ptr readonly align 1 %211, i64 %209, i1 false)
  br label %232

216:                                              ; preds = %216, %171
  %217 = phi ptr [ %174, %171 ], [ %228, %216 ]
  %218 = phi i64 [ 0, %171 ], [ %229, %216 ]
  %219 = load i64, ptr %175, align 8
  %220 = getelementptr inbounds i8, ptr %167, i64 %219
  %221 = getelementptr inbounds nuw %struct.Constant, ptr %220, i64 %218
  %222 = load i64, ptr %221, align 8
  %223 = getelementptr inbounds nuw i8, ptr %221, i64 8
  %224 = load i64, ptr %223, align 8
  %225 = getelementptr inbounds i64, ptr %176, i64 %222
  %226 = load i64, ptr %225, align 8
  %227 = getelementptr inbounds i8, ptr %1, i64 %226
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %227, ptr align 1 %217, i64 %224, i1 false)
  %228 = getelementptr inbounds i8, ptr %217, i64 %224
  %229 = add nuw nsw i64 %218, 1
  %230 = load i64, ptr %168, align 8
  %231 = icmp slt i64 %229, %230
  br i1 %231, label %216, label %177, !llvm.loop !36

232:                                              ; preds = %203, %207
  %233 = load ptr, ptr %0, align 8
  %234 = getelementptr inbounds nuw i8, ptr %233, i64 464
  %235 = load i64, ptr %234, align 8
  %236 = icmp sgt i64 %235, 0
  br i1 %236, label %237, label %241

237:                                              ; preds = %232
  %238 = getelementptr inbounds nuw i8, ptr %233, i64 456
  %239 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %240 = getelementptr inbounds nuw i8, ptr %0, i64 112
  br label %253

241:                                              ; preds = %253, %232
  %242 = getelementptr inbounds nuw i8, ptr %233, i64 480
  %243 = load i64, ptr %242, align 8
  %244 = icmp sgt i64 %243, 0
  br i1 %244, label %245, label %320

245:                                              ; preds = %241
  %246 = getelementptr inbounds nuw i8, ptr %233, i64 472
  %247 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %248 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  %249 = getelementptr inbounds nuw i8, ptr %233, i64 488
  %250 = getelementptr inbounds nuw i8, ptr %0, i64 12400
  %251 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %252 = getelementptr inbounds nuw i8, ptr %0, i64 112
  br label %271

253:                                              ; preds = %253, %237
  %254 = phi i64 [ 0, %237 ], [ %268, %253 ]
  %255 = load i64, ptr %238, align 8
  %256 = getelementptr inbounds i8, ptr %233, i64 %255
  %257 = getelementptr inbounds nuw %struct.Single, ptr %256, i64 %254
  %258 = load i64, ptr %257, align 8
  %259 = getelementptr inbounds nuw i8, ptr %257, i64 8
  %260 = load i64, ptr %259, align 8
  %261 = getelementptr inbounds i64, ptr %239, i64 %258
  %262 = load i64, ptr %261, align 8
  %263 = getelementptr inbounds i8, ptr %1, i64 %262
  %264 = getelementptr inbounds %struct.Bytes, ptr %240, i64 %260
  %265 = load ptr, ptr %264, align 8
  %266 = getelementptr inbounds nuw i8, ptr %264, i64 8
  %267 = load i64, ptr %266, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %263, ptr align 1 %265, i64 %267, i1 false)
  %268 = add nuw nsw i64 %254, 1
  %269 = load i64, ptr %234, align 8
  %270 = icmp slt i64 %268, %269
  br i1 %270, label %253, label %241, !llvm.loop !37

271:                                              ; preds = %316, %245
  %272 = phi i64 [ 0, %245 ], [ %317, %316 ]
  %273 = load i64, ptr %246, align 8
  %274 = getelementptr inbounds i8, ptr %233, i64 %273
  %275 = getelementptr inbounds nuw %struct.Several, ptr %274, i64 %272
  %276 = load i64, ptr %275, align 8
  %277 = getelementptr inbounds nuw i8, ptr %275, i64 16
  %278 = load i64, ptr %277, align 8
  %279 = getelementptr inbounds nuw i8, ptr %275, i64 32
  %280 = load i64, ptr %279, align 8
  %281 = icmp eq i64 %280, 0
  br i1 %281, label %316, label %282

282:                                              ; preds = %271
  %283 = getelementptr inbounds nuw i8, ptr %275, i64 24
  %284 = load i64, ptr %283, align 8
  %285 = getelementptr inbounds nuw i8, ptr %275, i64 8
  %286 = load i64, ptr %285, align 8
  %287 = getelementptr inbounds i64, ptr %247, i64 %276
  %288 = load i64, ptr %287, align 8
  %289 = getelementptr inbounds i8, ptr %1, i64 %288
  %290 = trunc i64 %286 to i8
  %291 = getelementptr inbounds i64, ptr %248, i64 %276
  %292 = load i64, ptr %291, align 8
  tail call void @llvm.memset.p0.i64(ptr align 1 %289, i8 %290, i64 %292, i1 false)
  %293 = add nsw i64 %284, %278
  %294 = icmp sgt i64 %284, 0
  br i1 %294, label %295, label %316

295:                                              ; preds = %282
  %296 = getelementptr inbounds i64, ptr %251, i64 %276
  br label %297

297:                                              ; preds = %297, %295
  %298 = phi i64 [ %278, %295 ], [ %314, %297 ]
  %299 = load i64, ptr %249, align 8
  %300 = getelementptr inbounds i8, ptr %233, i64 %299
  %301 = getelementptr inbounds %struct.Part, ptr %300, i64 %298
  %302 = load i64, ptr %301, align 8
  %303 = getelementptr inbounds i64, ptr %250, i64 %302
  %304 = load i64, ptr %303, align 8
  %305 = load i64, ptr %296, align 8
  %306 = sub nsw i64 %304, %305
  %307 = load i64, ptr %287, align 8
  %308 = getelementptr inbounds i8, ptr %1, i64 %307
  %309 = getelementptr inbounds i8, ptr %308, i64 %306
  %310 = getelementptr inbounds %struct.Bytes, ptr %252, i64 %302
  %311 = load ptr, ptr %310, align 8
  %312 = getelementptr inbounds nuw i8, ptr %310, i64 8
  %313 = load i64, ptr %312, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %309, ptr align 1 %311, i64 %313, i1 false)
  %314 = add nsw i64 %298, 1
  %315 = icmp slt i64 %314, %293
  br i1 %315, label %297, label %316, !llvm.loop !38

316:                                              ; preds = %297, %282, %271
  %317 = add nuw nsw i64 %272, 1
  %318 = load i64, ptr %242, align 8
  %319 = icmp slt i64 %317, %318
  br i1 %319, label %271, label %320, !llvm.loop !39

320:                                              ; preds = %316, %241
  %321 = load ptr, ptr %0, align 8
  %322 = getelementptr inbounds nuw i8, ptr %321, i64 336
  %323 = load i64, ptr %322, align 8
  %324 = icmp slt i64 %323, 1
  br i1 %324, label %490, label %325

325:                                              ; preds = %320
  %326 = getelementptr inbounds nuw i8, ptr %321, i64 328
  %327 = getelementptr inbounds nuw i8, ptr %0, i64 112
  %328 = getelementptr inbounds nuw i8, ptr %0, i64 12400
  %329 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  br label %330

330:                                              ; preds = %483, %325
  %331 = phi i64 [ 0, %325 ], [ %484, %483 ]
  %332 = load i64, ptr %326, align 8
  %333 = getelementptr inbounds i8, ptr %321, i64 %332
  %334 = getelementptr inbounds nuw %struct.Table, ptr %333, i64 %331
  %335 = load i64, ptr %334, align 8
  %336 = getelementptr inbounds nuw i8, ptr %334, i64 8
  %337 = load i64, ptr %336, align 8
  %338 = getelementptr inbounds nuw i8, ptr %334, i64 16
  %339 = load i64, ptr %338, align 8
  %340 = getelementptr inbounds nuw i8, ptr %334, i64 24
  %341 = load i64, ptr %340, align 8
  %342 = getelementptr inbounds nuw i8, ptr %334, i64 32
  %343 = load i64, ptr %342, align 8
  %344 = getelementptr inbounds i64, ptr %6, i64 %337
  %345 = load i64, ptr %344, align 8
  %346 = getelementptr inbounds i8, ptr %1, i64 %345
  %347 = load ptr, ptr %0, align 8
  %348 = getelementptr inbounds %struct.Bytes, ptr %327, i64 %335
  %349 = load ptr, ptr %348, align 8
  %350 = getelementptr inbounds nuw i8, ptr %348, i64 8
  %351 = load i64, ptr %350, align 8
  %352 = getelementptr inbounds %struct.Bytes, ptr %327, i64 %337
  %353 = getelementptr inbounds nuw i8, ptr %352, i64 8
  %354 = load i64, ptr %353, align 8
  %355 = getelementptr inbounds i64, ptr %328, i64 %337
  %356 = load i64, ptr %355, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %5) #12
  call void @llvm.memset.p0.i64(ptr nonnull align 16 %5, i8 0, i64 %343, i1 false)
  %357 = srem i64 %351, 24
  %358 = icmp eq i64 %357, 0
  br i1 %358, label %359, label %487

359:                                              ; preds = %330
  %360 = getelementptr inbounds i8, ptr %349, i64 %351
  %361 = icmp sgt i64 %351, 0
  br i1 %361, label %362, label %369

362:                                              ; preds = %359
  %363 = getelementptr inbounds nuw i8, ptr %347, i64 368
  %364 = getelementptr inbounds nuw i8, ptr %347, i64 360
  %365 = icmp eq i64 %339, 0
  %366 = icmp sgt i64 %343, 0
  %367 = icmp ne i64 %339, 0
  %368 = sext i64 %356 to i128
  br label %371

369:                                              ; preds = %471, %359
  %370 = icmp slt i64 %343, 1
  br i1 %370, label %483, label %478

371:                                              ; preds = %471, %362
  %372 = phi i64 [ 0, %362 ], [ %444, %471 ]
  %373 = phi ptr [ %349, %362 ], [ %473, %471 ]
  %374 = phi i64 [ 0, %362 ], [ %428, %471 ]
  %375 = load i64, ptr %373, align 1
  %376 = getelementptr inbounds nuw i8, ptr %373, i64 8
  %377 = load i64, ptr %376, align 1
  %378 = and i64 %377, 4294967295
  %379 = load i64, ptr %363, align 8
  %380 = icmp ult i64 %378, %379
  br i1 %380, label %381, label %487

381:                                              ; preds = %371
  %382 = load i64, ptr %364, align 8
  %383 = getelementptr inbounds i8, ptr %347, i64 %382
  %384 = getelementptr inbounds nuw %struct.Form, ptr %383, i64 %378
  %385 = load i64, ptr %384, align 8
  %386 = getelementptr inbounds nuw i8, ptr %384, i64 8
  %387 = load i64, ptr %386, align 8
  %388 = getelementptr inbounds nuw i8, ptr %384, i64 16
  %389 = load i64, ptr %388, align 8
  %390 = getelementptr inbounds nuw i8, ptr %384, i64 24
  %391 = load i64, ptr %390, align 8
  %392 = load ptr, ptr %0, align 8
  %393 = getelementptr inbounds nuw i8, ptr %392, i64 344
  %394 = load i64, ptr %393, align 8
  %395 = getelementptr inbounds i8, ptr %392, i64 %394
  %396 = getelementptr inbounds %struct.Info, ptr %395, i64 %341
  br i1 %365, label %398, label %397

397:                                              ; preds = %381
  br i1 %366, label %411, label %487

398:                                              ; preds = %381
  %399 = lshr i64 %377, 32
  %400 = getelementptr inbounds nuw i8, ptr %392, i64 240
  %401 = load i64, ptr %400, align 8
  %402 = icmp ult i64 %399, %401
  br i1 %402, label %403, label %487

403:                                              ; preds = %398
  %404 = getelementptr inbounds nuw i8, ptr %392, i64 376
  %405 = load i64, ptr %404, align 8
  %406 = getelementptr inbounds i8, ptr %392, i64 %405
  %407 = getelementptr inbounds nuw i64, ptr %406, i64 %399
  %408 = load i64, ptr %407, align 8
  %409 = icmp eq i64 %408, 0
  %410 = select i1 %409, i64 -1, i64 %399
  br label %427

411:                                              ; preds = %397, %423
  %412 = phi i64 [ %425, %423 ], [ %374, %397 ]
  %413 = phi i64 [ %424, %423 ], [ 0, %397 ]
  %414 = icmp slt i64 %412, %343
  %415 = select i1 %414, i64 %412, i64 0
  %416 = getelementptr inbounds %struct.Info, ptr %396, i64 %415
  %417 = load i64, ptr %416, align 8
  %418 = icmp eq i64 %417, %377
  br i1 %418, label %419, label %423

419:                                              ; preds = %411
  %420 = getelementptr inbounds i8, ptr %5, i64 %415
  store i8 1, ptr %420, align 1
  %421 = getelementptr inbounds nuw i8, ptr %416, i64 8
  %422 = load i64, ptr %421, align 8
  br label %427

423:                                              ; preds = %411
  %424 = add nuw nsw i64 %413, 1
  %425 = add nsw i64 %415, 1
  %426 = icmp eq i64 %424, %343
  br i1 %426, label %487, label %411, !llvm.loop !40

427:                                              ; preds = %419, %403
  %428 = phi i64 [ %374, %403 ], [ %415, %419 ]
  %429 = phi i64 [ %410, %403 ], [ %422, %419 ]
  %430 = icmp sgt i64 %429, -1
  %431 = icmp ne i64 %385, 0
  %432 = select i1 %430, i1 %431, i1 false
  %433 = icmp ne i64 %391, 0
  %434 = select i1 %367, i1 true, i1 %433
  %435 = select i1 %432, i1 %434, i1 false
  br i1 %435, label %436, label %487

436:                                              ; preds = %427
  %437 = icmp ult i64 %375, %372
  %438 = icmp ugt i64 %375, %354
  %439 = select i1 %437, i1 true, i1 %438
  %440 = sub nuw i64 %354, %375
  %441 = icmp ugt i64 %385, %440
  %442 = select i1 %439, i1 true, i1 %441
  br i1 %442, label %487, label %443

443:                                              ; preds = %436
  %444 = add i64 %385, %375
  %445 = getelementptr inbounds nuw i64, ptr %329, i64 %429
  %446 = load i64, ptr %445, align 8
  %447 = zext i64 %446 to i128
  %448 = getelementptr inbounds nuw i8, ptr %373, i64 16
  %449 = load i64, ptr %448, align 1
  %450 = sext i64 %449 to i128
  %451 = icmp ne i64 %387, 0
  %452 = select i1 %367, i1 true, i1 %451
  %453 = zext i64 %375 to i128
  %454 = add nsw i128 %453, %368
  %455 = select i1 %452, i128 %454, i128 0
  %456 = sub nsw i128 %447, %455
  %457 = add nsw i128 %456, %450
  %458 = getelementptr inbounds nuw i8, ptr %346, i64 %375
  %459 = shl nsw i64 %385, 3
  %460 = add nsw i64 %459, -1
  %461 = zext nneg i64 %460 to i128
  %462 = shl nuw i128 1, %461
  %463 = icmp eq i64 %389, 0
  %464 = sub nsw i128 0, %462
  %465 = select i1 %463, i128 %464, i128 0
  %466 = icmp slt i128 %457, %465
  br i1 %466, label %487, label %467

467:                                              ; preds = %443
  %468 = shl i128 2, %461
  %469 = select i1 %463, i128 %462, i128 %468
  %470 = icmp slt i128 %457, %469
  br i1 %470, label %471, label %487

471:                                              ; preds = %467
  call void @llvm.lifetime.start.p0(ptr nonnull %4)
  %472 = trunc i128 %457 to i64
  store i64 %472, ptr %4, align 8
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %458, ptr nonnull align 8 %4, i64 %385, i1 false)
  call void @llvm.lifetime.end.p0(ptr nonnull %4)
  %473 = getelementptr inbounds nuw i8, ptr %373, i64 24
  %474 = icmp ult ptr %473, %360
  br i1 %474, label %371, label %369, !llvm.loop !41

475:                                              ; preds = %478
  %476 = add nuw nsw i64 %479, 1
  %477 = icmp eq i64 %476, %343
  br i1 %477, label %483, label %478, !llvm.loop !42

478:                                              ; preds = %369, %475
  %479 = phi i64 [ %476, %475 ], [ 0, %369 ]
  %480 = getelementptr inbounds nuw i8, ptr %5, i64 %479
  %481 = load i8, ptr %480, align 1
  %482 = icmp eq i8 %481, 0
  br i1 %482, label %487, label %475

483:                                              ; preds = %475, %369
  call void @llvm.lifetime.end.p0(ptr nonnull %5) #12
  %484 = add nuw nsw i64 %331, 1
  %485 = load i64, ptr %322, align 8
  %486 = icmp slt i64 %484, %485
  br i1 %486, label %330, label %488, !llvm.loop !43

487:                                              ; preds = %330, %371, %397, %398, %427, %436, %443, %467, %478, %423
  call void @llvm.lifetime.end.p0(ptr nonnull %5) #12
  br label %941

488:                                              ; preds = %483
  %489 = load ptr, ptr %0, align 8
  br label %490

490:                                              ; preds = %488, %320
  %491 = phi ptr [ %489, %488 ], [ %321, %320 ]
  %492 = getelementptr inbounds nuw i8, ptr %491, i64 24
  %493 = load i64, ptr %492, align 8
  %494 = icmp eq i64 %493, 0
  br i1 %494, label %595, label %495

495:                                              ; preds = %490
  %496 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %497 = getelementptr inbounds nuw i8, ptr %491, i64 152
  %498 = load i64, ptr %497, align 8
  %499 = getelementptr inbounds i64, ptr %496, i64 %498
  %500 = load i64, ptr %499, align 8
  %501 = getelementptr inbounds i8, ptr %1, i64 %500
  %502 = getelementptr inbounds nuw i8, ptr %501, i64 12
  %503 = getelementptr inbounds nuw i8, ptr %491, i64 144
  %504 = load i64, ptr %503, align 8
  %505 = getelementptr inbounds i64, ptr %496, i64 %504
  %506 = load i64, ptr %505, align 8
  %507 = getelementptr inbounds i8, ptr %1, i64 %506
  %508 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %509 = getelementptr inbounds i64, ptr %508, i64 %504
  %510 = load i64, ptr %509, align 8
  %511 = getelementptr inbounds i64, ptr %508, i64 %498
  %512 = load i64, ptr %511, align 8
  %513 = sub nsw i64 %510, %512
  %514 = add i64 %513, -2147483652
  %515 = icmp ult i64 %514, -4294967296
  br i1 %515, label %941, label %516

516:                                              ; preds = %495
  store i32 990059265, ptr %501, align 1
  %517 = getelementptr inbounds nuw i8, ptr %501, i64 4
  %518 = trunc i64 %513 to i32
  %519 = add i32 %518, -4
  store i32 %519, ptr %517, align 1
  %520 = getelementptr inbounds nuw i8, ptr %501, i64 8
  %521 = getelementptr inbounds nuw i8, ptr %0, i64 57496
  %522 = load i64, ptr %521, align 8
  %523 = trunc i64 %522 to i32
  store i32 %523, ptr %520, align 1
  %524 = load i64, ptr %521, align 8
  %525 = icmp sgt i64 %524, 0
  br i1 %525, label %526, label %595

526:                                              ; preds = %516
  %527 = getelementptr inbounds nuw i8, ptr %0, i64 41112
  br label %528

528:                                              ; preds = %555, %526
  %529 = phi i64 [ 0, %526 ], [ %562, %555 ]
  %530 = phi i32 [ 1, %526 ], [ %557, %555 ]
  %531 = getelementptr inbounds nuw i64, ptr %527, i64 %529
  %532 = load i64, ptr %531, align 8
  %533 = add nsw i64 %532, %513
  %534 = getelementptr inbounds i8, ptr %507, i64 %532
  %535 = getelementptr inbounds nuw i8, ptr %534, i64 8
  %536 = load i32, ptr %535, align 1
  %537 = sext i32 %536 to i64
  %538 = add nsw i64 %533, %537
  %539 = add nsw i64 %538, 8
  %540 = add i64 %533, -2147483648
  %541 = icmp ult i64 %540, -4294967296
  %542 = add i64 %538, -2147483640
  %543 = icmp ult i64 %542, -4294967296
  %544 = select i1 %541, i1 true, i1 %543
  br i1 %544, label %941, label %545

545:                                              ; preds = %528
  %546 = icmp eq i64 %529, 0
  br i1 %546, label %555, label %547

547:                                              ; preds = %545
  %548 = shl i64 %529, 3
  %549 = getelementptr i8, ptr %502, i64 %548
  %550 = getelementptr i8, ptr %549, i64 -8
  %551 = load i32, ptr %550, align 1
  %552 = sext i32 %551 to i64
  %553 = icmp slt i64 %539, %552
  %554 = select i1 %553, i32 0, i32 %530
  br label %555

555:                                              ; preds = %547, %545
  %556 = phi i64 [ %548, %547 ], [ 0, %545 ]
  %557 = phi i32 [ %554, %547 ], [ %530, %545 ]
  %558 = getelementptr inbounds nuw i8, ptr %502, i64 %556
  %559 = trunc i64 %539 to i32
  store i32 %559, ptr %558, align 1
  %560 = getelementptr inbounds nuw i8, ptr %558, i64 4
  %561 = trunc nsw i64 %533 to i32
  store i32 %561, ptr %560, align 1
  %562 = add nuw nsw i64 %529, 1
  %563 = load i64, ptr %521, align 8
  %564 = icmp slt i64 %562, %563
  br i1 %564, label %528, label %565, !llvm.loop !44

565:                                              ; preds = %555
  %566 = icmp eq i32 %557, 0
  %567 = icmp sgt i64 %563, 1
  %568 = and i1 %566, %567
  br i1 %568, label %569, label %595

569:                                              ; preds = %565, %587
  %570 = phi i64 [ %588, %587 ], [ 1, %565 ]
  br label %571

571:                                              ; preds = %590, %569
  %572 = phi i64 [ %570, %569 ], [ %593, %590 ]
  %573 = shl nsw i64 %572, 3
  %574 = getelementptr inbounds i8, ptr %502, i64 %573
  %575 = getelementptr i8, ptr %574, i64 -8
  %576 = load i32, ptr %574, align 1
  %577 = load i32, ptr %575, align 1
  %578 = icmp slt i32 %576, %577
  br i1 %578, label %590, label %579

579:                                              ; preds = %571
  %580 = icmp eq i32 %576, %577
  br i1 %580, label %581, label %587

581:                                              ; preds = %579
  %582 = getelementptr inbounds nuw i8, ptr %574, i64 4
  %583 = load i32, ptr %582, align 1
  %584 = getelementptr i8, ptr %574, i64 -4
  %585 = load i32, ptr %584, align 1
  %586 = icmp slt i32 %583, %585
  br i1 %586, label %590, label %587

587:                                              ; preds = %590, %581, %579
  %588 = add nuw nsw i64 %570, 1
  %589 = icmp eq i64 %588, %563
  br i1 %589, label %595, label %569, !llvm.loop !45

590:                                              ; preds = %581, %571
  %591 = load <2 x i64>, ptr %575, align 1
  %592 = shufflevector <2 x i64> %591, <2 x i64> poison, <2 x i32> <i32 1, i32 0>
  store <2 x i64> %592, ptr %575, align 1
  %593 = add nsw i64 %572, -1
  %594 = icmp eq i64 %593, 0
  br i1 %594, label %587, label %571, !llvm.loop !46

595:                                              ; preds = %587, %490, %516, %565
  %596 = load ptr, ptr %0, align 8
  %597 = getelementptr inbounds nuw i8, ptr %596, i64 664
  %598 = load i64, ptr %597, align 8
  %599 = getelementptr inbounds i8, ptr %596, i64 %598
  %600 = getelementptr inbounds nuw i8, ptr %596, i64 520
  %601 = getelementptr inbounds nuw i8, ptr %596, i64 528
  %602 = load i64, ptr %601, align 8
  %603 = getelementptr inbounds nuw i8, ptr %596, i64 672
  %604 = load i64, ptr %603, align 8
  %605 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %606 = getelementptr inbounds nuw i8, ptr %596, i64 104
  %607 = load i64, ptr %606, align 8
  %608 = getelementptr inbounds i64, ptr %605, i64 %607
  %609 = load i64, ptr %608, align 8
  %610 = getelementptr inbounds i8, ptr %1, i64 %609
  %611 = getelementptr inbounds nuw i8, ptr %596, i64 552
  %612 = load i64, ptr %611, align 8
  %613 = getelementptr inbounds i8, ptr %596, i64 %612
  %614 = getelementptr inbounds nuw i8, ptr %596, i64 560
  %615 = load i64, ptr %614, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %610, ptr readonly align 1 %613, i64 %615, i1 false)
  %616 = getelementptr inbounds nuw i8, ptr %596, i64 112
  %617 = load i64, ptr %616, align 8
  %618 = getelementptr inbounds i64, ptr %605, i64 %617
  %619 = load i64, ptr %618, align 8
  %620 = getelementptr inbounds i8, ptr %1, i64 %619
  %621 = load i64, ptr %600, align 8
  %622 = getelementptr inbounds i8, ptr %596, i64 %621
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %620, ptr readonly align 1 %622, i64 %602, i1 false)
  %623 = getelementptr inbounds i8, ptr %620, i64 %602
  %624 = getelementptr inbounds nuw i8, ptr %596, i64 288
  %625 = load i64, ptr %624, align 8
  %626 = icmp sgt i64 %625, 0
  br i1 %626, label %627, label %677

627:                                              ; preds = %595
  %628 = getelementptr inbounds i8, ptr %610, i64 %615
  %629 = getelementptr inbounds nuw i8, ptr %0, i64 28824
  %630 = getelementptr inbounds nuw i8, ptr %0, i64 88
  %631 = getelementptr inbounds nuw i8, ptr %0, i64 104
  %632 = getelementptr inbounds nuw i8, ptr %596, i64 240
  %633 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  br label %634

634:                                              ; preds = %634, %627
  %635 = phi i64 [ %602, %627 ], [ %673, %634 ]
  %636 = phi ptr [ %628, %627 ], [ %665, %634 ]
  %637 = phi i64 [ 0, %627 ], [ %674, %634 ]
  %638 = phi ptr [ %623, %627 ], [ %672, %634 ]
  %639 = getelementptr inbounds nuw i64, ptr %629, i64 %637
  %640 = load i64, ptr %639, align 8
  %641 = load ptr, ptr %630, align 8
  %642 = load ptr, ptr %631, align 8
  %643 = mul nsw i64 %640, 24
  %644 = getelementptr inbounds i8, ptr %642, i64 %643
  %645 = load i32, ptr %644, align 1
  %646 = zext i32 %645 to i64
  %647 = getelementptr inbounds nuw i8, ptr %641, i64 %646
  %648 = tail call i64 @strlen(ptr noundef nonnull dereferenceable(1) %647) #14
  %649 = add i64 %648, 1
  %650 = load i64, ptr %632, align 8
  %651 = sub nsw i64 %604, %650
  %652 = getelementptr %struct.SymbolRow, ptr %599, i64 %651
  %653 = getelementptr %struct.SymbolRow, ptr %652, i64 %640
  %654 = getelementptr inbounds nuw i8, ptr %653, i64 8
  %655 = load i64, ptr %654, align 8
  %656 = or i64 %655, %635
  store i64 %656, ptr %636, align 1
  %657 = getelementptr inbounds nuw i8, ptr %636, i64 8
  %658 = getelementptr inbounds i64, ptr %633, i64 %640
  %659 = load i64, ptr %658, align 8
  store i64 %659, ptr %657, align 1
  %660 = getelementptr inbounds nuw i8, ptr %636, i64 16
  %661 = load ptr, ptr %631, align 8
  %662 = getelementptr inbounds i8, ptr %661, i64 %643
  %663 = getelementptr inbounds nuw i8, ptr %662, i64 16
  %664 = load i64, ptr %663, align 1
  store i64 %664, ptr %660, align 1
  %665 = getelementptr inbounds nuw i8, ptr %636, i64 24
  %666 = load ptr, ptr %630, align 8
  %667 = load ptr, ptr %631, align 8
  %668 = getelementptr inbounds i8, ptr %667, i64 %643
  %669 = load i32, ptr %668, align 1
  %670 = zext i32 %669 to i64
  %671 = getelementptr inbounds nuw i8, ptr %666, i64 %670
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %638, ptr readonly align 1 %671, i64 %649, i1 false)
  %672 = getelementptr inbounds i8, ptr %638, i64 %649
  %673 = add nsw i64 %649, %635
  %674 = add nuw nsw i64 %637, 1
  %675 = load i64, ptr %624, align 8
  %676 = icmp slt i64 %674, %675
  br i1 %676, label %634, label %677, !llvm.loop !47

677:                                              ; preds = %634, %595
  %678 = phi ptr [ %623, %595 ], [ %672, %634 ]
  %679 = getelementptr inbounds nuw i8, ptr %596, i64 536
  %680 = load i64, ptr %679, align 8
  %681 = getelementptr inbounds i8, ptr %596, i64 %680
  %682 = getelementptr inbounds nuw i8, ptr %596, i64 544
  %683 = load i64, ptr %682, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %678, ptr readonly align 1 %681, i64 %683, i1 false)
  %684 = getelementptr inbounds i8, ptr %678, i64 %683
  %685 = getelementptr inbounds nuw i8, ptr %0, i64 72
  %686 = load ptr, ptr %685, align 8
  %687 = getelementptr inbounds nuw i8, ptr %0, i64 80
  %688 = load i64, ptr %687, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %684, ptr align 1 %686, i64 %688, i1 false)
  %689 = load ptr, ptr %0, align 8
  %690 = getelementptr inbounds nuw i8, ptr %689, i64 96
  %691 = load i64, ptr %690, align 8
  %692 = getelementptr inbounds i64, ptr %605, i64 %691
  %693 = load i64, ptr %692, align 8
  %694 = getelementptr inbounds nuw i8, ptr %689, i64 560
  %695 = load i64, ptr %694, align 8
  %696 = getelementptr inbounds nuw i8, ptr %689, i64 288
  %697 = load i64, ptr %696, align 8
  %698 = mul nsw i64 %697, 12
  br label %699

699:                                              ; preds = %699, %677
  %700 = phi i64 [ 1, %677 ], [ %703, %699 ]
  %701 = shl nsw i64 %700, 6
  %702 = icmp slt i64 %701, %698
  %703 = shl nsw i64 %700, 1
  br i1 %702, label %699, label %704, !llvm.loop !48

704:                                              ; preds = %699
  %705 = getelementptr inbounds i8, ptr %1, i64 %693
  %706 = sdiv i64 %695, 24
  %707 = icmp slt i64 %697, 6
  %708 = udiv i64 %697, 3
  %709 = select i1 %707, i64 1, i64 %708
  %710 = getelementptr inbounds nuw i8, ptr %705, i64 16
  %711 = shl nsw i64 %700, 3
  %712 = getelementptr inbounds nuw i8, ptr %710, i64 %711
  %713 = shl nuw nsw i64 %709, 2
  %714 = getelementptr inbounds nuw i8, ptr %712, i64 %713
  %715 = trunc i64 %709 to i32
  store i32 %715, ptr %705, align 1
  %716 = getelementptr inbounds nuw i8, ptr %705, i64 4
  %717 = trunc i64 %706 to i32
  store i32 %717, ptr %716, align 1
  %718 = getelementptr inbounds nuw i8, ptr %705, i64 8
  %719 = trunc i64 %700 to i32
  store i32 %719, ptr %718, align 1
  %720 = getelementptr inbounds nuw i8, ptr %705, i64 12
  store i32 6, ptr %720, align 1
  %721 = icmp sgt i64 %697, 0
  br i1 %721, label %722, label %770

722:                                              ; preds = %704
  %723 = getelementptr inbounds nuw i8, ptr %0, i64 37016
  %724 = add nuw i64 %700, 67108863
  br label %725

725:                                              ; preds = %759, %722
  %726 = phi i64 [ 0, %722 ], [ %753, %759 ]
  %727 = getelementptr inbounds nuw i32, ptr %723, i64 %726
  %728 = load i32, ptr %727, align 4
  %729 = lshr i32 %728, 6
  %730 = zext nneg i32 %729 to i64
  %731 = and i64 %724, %730
  %732 = shl nuw nsw i64 %731, 3
  %733 = getelementptr inbounds nuw i8, ptr %710, i64 %732
  %734 = zext i32 %728 to i64
  %735 = urem i64 %734, %709
  %736 = shl nuw nsw i64 %735, 2
  %737 = getelementptr inbounds nuw i8, ptr %712, i64 %736
  %738 = load i64, ptr %733, align 1
  %739 = and i32 %728, 63
  %740 = zext nneg i32 %739 to i64
  %741 = shl nuw i64 1, %740
  %742 = or i64 %741, %738
  %743 = and i32 %729, 63
  %744 = zext nneg i32 %743 to i64
  %745 = shl nuw i64 1, %744
  %746 = or i64 %742, %745
  store i64 %746, ptr %733, align 1
  %747 = load i32, ptr %737, align 1
  %748 = icmp eq i32 %747, 0
  br i1 %748, label %749, label %752

749:                                              ; preds = %725
  %750 = add nsw i64 %726, %706
  %751 = trunc i64 %750 to i32
  store i32 %751, ptr %737, align 1
  br label %752

752:                                              ; preds = %749, %725
  %753 = add nuw nsw i64 %726, 1
  %754 = icmp eq i64 %753, %697
  br i1 %754, label %755, label %759

755:                                              ; preds = %752
  %756 = shl nsw i64 %726, 2
  %757 = getelementptr inbounds nuw i8, ptr %714, i64 %756
  %758 = or i32 %728, 1
  store i32 %758, ptr %757, align 1
  br label %770

759:                                              ; preds = %752
  %760 = getelementptr inbounds nuw i32, ptr %723, i64 %753
  %761 = load i32, ptr %760, align 4
  %762 = zext i32 %761 to i64
  %763 = urem i64 %762, %709
  %764 = icmp ne i64 %763, %735
  %765 = zext i1 %764 to i32
  %766 = shl nsw i64 %726, 2
  %767 = getelementptr inbounds nuw i8, ptr %714, i64 %766
  %768 = and i32 %728, -2
  %769 = or disjoint i32 %768, %765
  store i32 %769, ptr %767, align 1
  br label %725

770:                                              ; preds = %755, %704
  %771 = load ptr, ptr %0, align 8
  %772 = getelementptr inbounds nuw i8, ptr %771, i64 168
  %773 = load i64, ptr %772, align 8
  %774 = getelementptr inbounds i64, ptr %605, i64 %773
  %775 = load i64, ptr %774, align 8
  %776 = getelementptr inbounds i8, ptr %1, i64 %775
  %777 = getelementptr inbounds nuw i8, ptr %771, i64 648
  %778 = load i64, ptr %777, align 8
  %779 = getelementptr inbounds i8, ptr %771, i64 %778
  tail call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 1 dereferenceable(24) %776, ptr noundef nonnull readonly align 1 dereferenceable(24) %779, i64 24, i1 false)
  %780 = getelementptr inbounds nuw i8, ptr %771, i64 672
  %781 = load i64, ptr %780, align 8
  %782 = icmp sgt i64 %781, 0
  br i1 %782, label %783, label %814

783:                                              ; preds = %770
  %784 = getelementptr inbounds nuw i8, ptr %771, i64 664
  %785 = getelementptr inbounds nuw i8, ptr %0, i64 104
  %786 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  br label %787

787:                                              ; preds = %787, %783
  %788 = phi ptr [ %776, %783 ], [ %790, %787 ]
  %789 = phi i64 [ 0, %783 ], [ %811, %787 ]
  %790 = getelementptr inbounds nuw i8, ptr %788, i64 24
  %791 = load i64, ptr %784, align 8
  %792 = getelementptr inbounds i8, ptr %771, i64 %791
  %793 = getelementptr inbounds nuw %struct.SymbolRow, ptr %792, i64 %789
  %794 = load i64, ptr %793, align 8
  %795 = getelementptr inbounds nuw i8, ptr %793, i64 8
  %796 = load i64, ptr %795, align 8
  %797 = load ptr, ptr %785, align 8
  %798 = mul nsw i64 %794, 24
  %799 = getelementptr inbounds i8, ptr %797, i64 %798
  %800 = load i32, ptr %799, align 1
  %801 = zext i32 %800 to i64
  %802 = or i64 %796, %801
  store i64 %802, ptr %790, align 1
  %803 = getelementptr inbounds nuw i8, ptr %788, i64 32
  %804 = getelementptr inbounds i64, ptr %786, i64 %794
  %805 = load i64, ptr %804, align 8
  store i64 %805, ptr %803, align 1
  %806 = getelementptr inbounds nuw i8, ptr %788, i64 40
  %807 = load ptr, ptr %785, align 8
  %808 = getelementptr inbounds i8, ptr %807, i64 %798
  %809 = getelementptr inbounds nuw i8, ptr %808, i64 16
  %810 = load i64, ptr %809, align 1
  store i64 %810, ptr %806, align 1
  %811 = add nuw nsw i64 %789, 1
  %812 = load i64, ptr %780, align 8
  %813 = icmp slt i64 %811, %812
  br i1 %813, label %787, label %814, !llvm.loop !49

814:                                              ; preds = %787, %770
  %815 = getelementptr inbounds nuw i8, ptr %771, i64 176
  %816 = load i64, ptr %815, align 8
  %817 = getelementptr inbounds i64, ptr %605, i64 %816
  %818 = load i64, ptr %817, align 8
  %819 = getelementptr inbounds i8, ptr %1, i64 %818
  %820 = getelementptr inbounds nuw i8, ptr %0, i64 88
  %821 = load ptr, ptr %820, align 8
  %822 = getelementptr inbounds nuw i8, ptr %0, i64 96
  %823 = load i64, ptr %822, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %819, ptr align 1 %821, i64 %823, i1 false)
  %824 = load ptr, ptr %0, align 8
  %825 = getelementptr inbounds nuw i8, ptr %824, i64 160
  %826 = load i64, ptr %825, align 8
  %827 = getelementptr inbounds i64, ptr %605, i64 %826
  %828 = load i64, ptr %827, align 8
  %829 = getelementptr inbounds i8, ptr %1, i64 %828
  %830 = getelementptr inbounds nuw i8, ptr %824, i64 608
  %831 = load i64, ptr %830, align 8
  %832 = icmp sgt i64 %831, 0
  br i1 %832, label %833, label %838

833:                                              ; preds = %814
  %834 = getelementptr inbounds nuw i8, ptr %824, i64 600
  %835 = getelementptr inbounds nuw i8, ptr %0, i64 19600
  %836 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  %837 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  br label %842

838:                                              ; preds = %873, %814
  %839 = getelementptr inbounds nuw i8, ptr %824, i64 120
  %840 = load i64, ptr %839, align 8
  %841 = icmp sgt i64 %840, -1
  br i1 %841, label %879, label %910

842:                                              ; preds = %873, %833
  %843 = phi i64 [ 0, %833 ], [ %876, %873 ]
  %844 = load i64, ptr %834, align 8
  %845 = getelementptr inbounds i8, ptr %824, i64 %844
  %846 = getelementptr inbounds nuw %struct.Entry, ptr %845, i64 %843
  %847 = load i64, ptr %846, align 8
  %848 = getelementptr inbounds nuw i8, ptr %846, i64 8
  %849 = load i64, ptr %848, align 8
  %850 = getelementptr inbounds nuw i8, ptr %846, i64 16
  %851 = load i64, ptr %850, align 8
  %852 = shl nsw i64 %843, 4
  %853 = getelementptr inbounds nuw i8, ptr %829, i64 %852
  store i64 %847, ptr %853, align 1
  %854 = getelementptr inbounds nuw i8, ptr %853, i64 8
  %855 = load ptr, ptr %0, align 8
  %856 = getelementptr inbounds nuw i8, ptr %855, i64 400
  %857 = load i64, ptr %856, align 8
  %858 = icmp slt i64 %849, %857
  br i1 %858, label %859, label %862

859:                                              ; preds = %842
  %860 = getelementptr inbounds i64, ptr %837, i64 %849
  %861 = load i64, ptr %860, align 8
  br label %873

862:                                              ; preds = %842
  %863 = shl nsw i64 %857, 1
  %864 = icmp slt i64 %849, %863
  br i1 %864, label %865, label %869

865:                                              ; preds = %862
  %866 = sub nsw i64 %849, %857
  %867 = getelementptr inbounds i64, ptr %836, i64 %866
  %868 = load i64, ptr %867, align 8
  br label %873

869:                                              ; preds = %862
  %870 = icmp eq i64 %849, %863
  br i1 %870, label %871, label %873

871:                                              ; preds = %869
  %872 = load i64, ptr %835, align 8
  br label %873

873:                                              ; preds = %871, %869, %865, %859
  %874 = phi i64 [ %861, %859 ], [ %868, %865 ], [ %872, %871 ], [ 0, %869 ]
  %875 = add nsw i64 %874, %851
  store i64 %875, ptr %854, align 1
  %876 = add nuw nsw i64 %843, 1
  %877 = load i64, ptr %830, align 8
  %878 = icmp slt i64 %876, %877
  br i1 %878, label %842, label %838, !llvm.loop !50

879:                                              ; preds = %838
  %880 = getelementptr inbounds nuw i64, ptr %605, i64 %840
  %881 = load i64, ptr %880, align 8
  %882 = getelementptr inbounds i8, ptr %1, i64 %881
  %883 = getelementptr inbounds nuw i8, ptr %824, i64 568
  %884 = load i64, ptr %883, align 8
  %885 = getelementptr inbounds i8, ptr %824, i64 %884
  %886 = getelementptr inbounds nuw i8, ptr %824, i64 576
  %887 = load i64, ptr %886, align 8
  %888 = shl nsw i64 %887, 2
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %882, ptr align 1 %885, i64 %888, i1 false)
  %889 = getelementptr inbounds nuw i8, ptr %824, i64 592
  %890 = load i64, ptr %889, align 8
  %891 = icmp sgt i64 %890, 0
  br i1 %891, label %892, label %910

892:                                              ; preds = %879
  %893 = getelementptr inbounds nuw i8, ptr %824, i64 584
  %894 = getelementptr inbounds nuw i8, ptr %0, i64 19600
  br label %895

895:                                              ; preds = %895, %892
  %896 = phi i64 [ 0, %892 ], [ %907, %895 ]
  %897 = load i64, ptr %893, align 8
  %898 = getelementptr inbounds i8, ptr %824, i64 %897
  %899 = getelementptr inbounds nuw i64, ptr %898, i64 %896
  %900 = load i64, ptr %899, align 8
  %901 = shl nsw i64 %900, 2
  %902 = getelementptr inbounds i8, ptr %882, i64 %901
  %903 = load i32, ptr %902, align 1
  %904 = load i64, ptr %894, align 8
  %905 = trunc i64 %904 to i32
  %906 = add i32 %903, %905
  store i32 %906, ptr %902, align 1
  %907 = add nuw nsw i64 %896, 1
  %908 = load i64, ptr %889, align 8
  %909 = icmp slt i64 %907, %908
  br i1 %909, label %895, label %910, !llvm.loop !51

910:                                              ; preds = %895, %879, %838
  %911 = getelementptr inbounds nuw i8, ptr %824, i64 128
  %912 = load i64, ptr %911, align 8
  %913 = icmp sgt i64 %912, -1
  br i1 %913, label %914, label %941

914:                                              ; preds = %910
  %915 = getelementptr inbounds nuw i64, ptr %605, i64 %912
  %916 = load i64, ptr %915, align 8
  %917 = getelementptr inbounds i8, ptr %1, i64 %916
  %918 = getelementptr inbounds nuw i8, ptr %824, i64 616
  %919 = load i64, ptr %918, align 8
  %920 = getelementptr inbounds i8, ptr %824, i64 %919
  %921 = getelementptr inbounds nuw i8, ptr %824, i64 624
  %922 = load i64, ptr %921, align 8
  %923 = shl nsw i64 %922, 3
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %917, ptr align 1 %920, i64 %923, i1 false)
  %924 = getelementptr inbounds nuw i8, ptr %824, i64 640
  %925 = load i64, ptr %924, align 8
  %926 = icmp sgt i64 %925, 0
  br i1 %926, label %927, label %941

927:                                              ; preds = %914
  %928 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  %929 = getelementptr inbounds nuw i8, ptr %824, i64 240
  br label %930

930:                                              ; preds = %930, %927
  %931 = phi i64 [ 0, %927 ], [ %938, %930 ]
  %932 = mul nuw nsw i64 %931, 24
  %933 = getelementptr inbounds nuw i8, ptr %917, i64 %932
  %934 = load i64, ptr %929, align 8
  %935 = getelementptr i64, ptr %928, i64 %934
  %936 = getelementptr i64, ptr %935, i64 %931
  %937 = load i64, ptr %936, align 8
  store i64 %937, ptr %933, align 1
  %938 = add nuw nsw i64 %931, 1
  %939 = load i64, ptr %924, align 8
  %940 = icmp slt i64 %938, %939
  br i1 %940, label %930, label %941, !llvm.loop !52

941:                                              ; preds = %528, %930, %914, %910, %495, %487
  %942 = phi i32 [ 1, %930 ], [ 0, %487 ], [ 0, %495 ], [ 1, %910 ], [ 1, %914 ], [ 0, %528 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %6) #12
  ret i32 %942
}

; Function Attrs: optsize
declare void @Py_DecRef(ptr noundef) local_unnamed_addr #2

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: nounwind optsize
define ptr @different(ptr noundef %0) local_unnamed_addr #0 {
  %2 = alloca ptr, align 8
  %3 = alloca i64, align 8
  %4 = alloca %struct.Index, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %4) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %2) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %3) #12
  %5 = call i32 @PyBytes_AsStringAndSize(ptr noundef %0, ptr noundef nonnull %2, ptr noundef nonnull %3) #13
  %6 = icmp eq i32 %5, 0
  br i1 %6, label %8, label %7

7:                                                ; preds = %1
  call void @llvm.lifetime.end.p0(ptr nonnull %3) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %2) #12
  br label %67

8:                                                ; preds = %1
  %9 = load ptr, ptr %2, align 8
  %10 = load i64, ptr %3, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %3) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %2) #12
  %11 = srem i64 %10, 24
  %12 = sdiv i64 %10, 24
  %13 = icmp eq i64 %11, 0
  br i1 %13, label %16, label %14

14:                                               ; preds = %8
  %15 = call ptr @PyBytes_FromStringAndSize(ptr noundef nonnull @.str, i64 noundef 0) #13
  br label %67

16:                                               ; preds = %8
  %17 = call fastcc ptr @make_index(i64 noundef %12, ptr noundef %4) #15
  %18 = icmp eq ptr %17, null
  br i1 %18, label %67, label %19

19:                                               ; preds = %16
  %20 = getelementptr inbounds nuw i8, ptr %4, i64 8
  %21 = load ptr, ptr %20, align 8
  %22 = load ptr, ptr %4, align 8
  %23 = getelementptr inbounds i8, ptr %9, i64 %10
  %24 = icmp sgt i64 %10, 0
  br i1 %24, label %25, label %64

25:                                               ; preds = %19
  %26 = getelementptr inbounds nuw i8, ptr %4, i64 16
  %27 = load i64, ptr %26, align 8
  %28 = shl nsw i64 -1, %27
  %29 = xor i64 %28, -1
  %30 = sub nsw i64 64, %27
  br label %31

31:                                               ; preds = %58, %25
  %32 = phi i64 [ 0, %25 ], [ %59, %58 ]
  %33 = phi ptr [ %9, %25 ], [ %60, %58 ]
  %34 = getelementptr inbounds nuw i8, ptr %33, i64 8
  %35 = load i64, ptr %34, align 1
  %36 = mul i64 %35, -7046029254386353131
  %37 = lshr i64 %36, %30
  br label %38

38:                                               ; preds = %49, %31
  %39 = phi i64 [ 0, %31 ], [ %50, %49 ]
  %40 = phi i64 [ %37, %31 ], [ %52, %49 ]
  %41 = getelementptr inbounds nuw i64, ptr %22, i64 %40
  %42 = load i64, ptr %41, align 8
  %43 = icmp eq i64 %42, 0
  br i1 %43, label %54, label %44

44:                                               ; preds = %38
  %45 = getelementptr i64, ptr %21, i64 %42
  %46 = getelementptr i8, ptr %45, i64 -8
  %47 = load i64, ptr %46, align 8
  %48 = icmp eq i64 %47, %35
  br i1 %48, label %58, label %49

49:                                               ; preds = %44
  %50 = add nuw nsw i64 %39, 1
  %51 = add i64 %40, 1
  %52 = and i64 %51, %29
  %53 = icmp eq i64 %50, 256
  br i1 %53, label %64, label %38, !llvm.loop !53

54:                                               ; preds = %38
  %55 = getelementptr inbounds nuw i64, ptr %22, i64 %40
  %56 = getelementptr inbounds i64, ptr %21, i64 %32
  store i64 %35, ptr %56, align 8
  %57 = add nsw i64 %32, 1
  store i64 %57, ptr %55, align 8
  br label %58

58:                                               ; preds = %44, %54
  %59 = phi i64 [ %57, %54 ], [ %32, %44 ]
  %60 = getelementptr inbounds nuw i8, ptr %33, i64 24
  %61 = icmp ult ptr %60, %23
  br i1 %61, label %31, label %62, !llvm.loop !54

62:                                               ; preds = %58
  %63 = shl nsw i64 %59, 3
  br label %64

64:                                               ; preds = %49, %62, %19
  %65 = phi i64 [ %63, %62 ], [ 0, %19 ], [ 0, %49 ]
  %66 = call ptr @PyBytes_FromStringAndSize(ptr noundef %21, i64 noundef %65) #13
  call void @Py_DecRef(ptr noundef nonnull %17) #13
  br label %67

67:                                               ; preds = %7, %64, %16, %14
  %68 = phi ptr [ %15, %14 ], [ null, %7 ], [ %66, %64 ], [ null, %16 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %4) #12
  ret ptr %68
}

; Function Attrs: nounwind optsize
define internal fastcc ptr @make_index(i64 noundef range(i64 -1152921504606846976, 1152921504606846976) %0, ptr noundef nonnull writeonly captures(none) %1) unnamed_addr #0 {
  %3 = shl nsw i64 %0, 1
  br label %4

4:                                                ; preds = %4, %2
  %5 = phi i64 [ 4, %2 ], [ %8, %4 ]
  %6 = shl nuw i64 1, %5
  %7 = icmp slt i64 %6, %3
  %8 = add nuw nsw i64 %5, 1
  br i1 %7, label %4, label %9, !llvm.loop !55

9:                                                ; preds = %4
  %10 = add nsw i64 %6, %0
  %11 = shl nsw i64 %10, 3
  %12 = tail call ptr @PyBytes_FromStringAndSize(ptr noundef null, i64 noundef %11) #13
  %13 = icmp eq ptr %12, null
  br i1 %13, label %20, label %14

14:                                               ; preds = %9
  %15 = tail call ptr @PyBytes_AsString(ptr noundef nonnull %12) #13
  %16 = shl i64 8, %5
  tail call void @llvm.memset.p0.i64(ptr align 8 %15, i8 0, i64 %16, i1 false)
  %17 = getelementptr inbounds nuw i64, ptr %15, i64 %6
  store ptr %15, ptr %1, align 8
  %18 = getelementptr inbounds nuw i8, ptr %1, i64 8
  store ptr %17, ptr %18, align 8
  %19 = getelementptr inbounds nuw i8, ptr %1, i64 16
  store i64 %5, ptr %19, align 8
  br label %20

20:                                               ; preds = %9, %14
  ret ptr %12
}

; Function Attrs: nounwind optsize
define range(i32 0, 2) i32 @store(ptr noundef %0, ptr noundef %1, ptr noundef %2, ptr noundef %3, i32 noundef %4, i32 noundef %5, i32 noundef %6) local_unnamed_addr #0 {
  %8 = alloca ptr, align 8
  %9 = alloca i64, align 8
  %10 = alloca ptr, align 8
  %11 = alloca i64, align 8
  %12 = alloca ptr, align 8
  %13 = alloca i64, align 8
  %14 = alloca %struct.Form, align 8
  %15 = alloca %struct.Index, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %14) #12
  %16 = sext i32 %4 to i64
  store i64 %16, ptr %14, align 8
  %17 = getelementptr inbounds nuw i8, ptr %14, i64 8
  %18 = sext i32 %5 to i64
  store i64 %18, ptr %17, align 8
  %19 = getelementptr inbounds nuw i8, ptr %14, i64 16
  %20 = sext i32 %6 to i64
  store i64 %20, ptr %19, align 8
  %21 = getelementptr inbounds nuw i8, ptr %14, i64 24
  store i64 0, ptr %21, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %15) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %12) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %13) #12
  %22 = call i32 @PyBytes_AsStringAndSize(ptr noundef %1, ptr noundef nonnull %12, ptr noundef nonnull %13) #13
  %23 = icmp eq i32 %22, 0
  br i1 %23, label %25, label %24

24:                                               ; preds = %7
  call void @llvm.lifetime.end.p0(ptr nonnull %13) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %12) #12
  br label %37

25:                                               ; preds = %7
  %26 = load ptr, ptr %12, align 8
  %27 = load i64, ptr %13, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %13) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %12) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %10) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %11) #12
  %28 = call i32 @PyBytes_AsStringAndSize(ptr noundef %2, ptr noundef nonnull %10, ptr noundef nonnull %11) #13
  %29 = icmp eq i32 %28, 0
  br i1 %29, label %31, label %30

30:                                               ; preds = %25
  call void @llvm.lifetime.end.p0(ptr nonnull %11) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %10) #12
  br label %37

31:                                               ; preds = %25
  %32 = load ptr, ptr %10, align 8
  %33 = load i64, ptr %11, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %11) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %10) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %8) #12
  call void @llvm.lifetime.start.p0(ptr nonnull %9) #12
  %34 = call i32 @PyBytes_AsStringAndSize(ptr noundef %3, ptr noundef nonnull %8, ptr noundef nonnull %9) #13
  %35 = icmp eq i32 %34, 0
  br i1 %35, label %38, label %36

36:                                               ; preds = %31
  call void @llvm.lifetime.end.p0(ptr nonnull %9) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %8) #12
  br label %37

37:                                               ; preds = %36, %30, %24
  call void @PyErr_Clear() #13
  br label %62

38:                                               ; preds = %31
  %39 = load ptr, ptr %8, align 8
  %40 = load i64, ptr %9, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %9) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %8) #12
  %41 = srem i64 %27, 24
  %42 = icmp eq i64 %41, 0
  %43 = and i64 %33, 7
  %44 = icmp eq i64 %43, 0
  %45 = select i1 %42, i1 %44, i1 false
  %46 = icmp eq i64 %33, %40
  %47 = select i1 %45, i1 %46, i1 false
  br i1 %47, label %48, label %62

48:                                               ; preds = %38
  %49 = ashr exact i64 %33, 3
  %50 = call fastcc ptr @make_index(i64 noundef %49, ptr noundef %15) #15
  %51 = icmp eq ptr %50, null
  br i1 %51, label %52, label %53

52:                                               ; preds = %48
  call void @PyErr_Clear() #13
  br label %62

53:                                               ; preds = %48
  %54 = call ptr @PyByteArray_AsString(ptr noundef %0) #13
  %55 = call fastcc i32 @fill_index(ptr noundef nonnull byval(%struct.Index) align 8 %15, ptr %32, i64 %33) #15
  %56 = icmp eq i32 %55, 0
  br i1 %56, label %60, label %57

57:                                               ; preds = %53
  %58 = call i64 @PyByteArray_Size(ptr noundef %0) #13
  %59 = call fastcc i32 @store_table(ptr noundef %54, i64 noundef %58, ptr %26, i64 %27, ptr noundef nonnull byval(%struct.Index) align 8 %15, ptr %39, ptr noundef nonnull byval(%struct.Form) align 8 %14) #15
  br label %60

60:                                               ; preds = %57, %53
  %61 = phi i32 [ 0, %53 ], [ %59, %57 ]
  call void @Py_DecRef(ptr noundef nonnull %50) #13
  br label %62

62:                                               ; preds = %52, %60, %38, %37
  %63 = phi i32 [ 0, %37 ], [ 0, %38 ], [ %61, %60 ], [ 0, %52 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %15) #12
  call void @llvm.lifetime.end.p0(ptr nonnull %14) #12
  ret i32 %63
}

; Function Attrs: optsize
declare void @PyErr_Clear() local_unnamed_addr #2

; Function Attrs: optsize
declare ptr @PyByteArray_AsString(ptr noundef) local_unnamed_addr #2

; Function Attrs: nofree norecurse nosync nounwind optsize memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none)
define internal fastcc range(i32 0, 2) i32 @fill_index(ptr noundef readonly byval(%struct.Index) align 8 captures(none) %0, ptr readonly captures(none) %1, i64 %2) unnamed_addr #5 {
  %4 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %5 = load ptr, ptr %4, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 8 %5, ptr align 1 %1, i64 %2, i1 false)
  %6 = sdiv i64 %2, 8
  %7 = icmp sgt i64 %2, 7
  br i1 %7, label %8, label %41

8:                                                ; preds = %3
  %9 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %10 = load i64, ptr %9, align 8
  %11 = shl nsw i64 -1, %10
  %12 = xor i64 %11, -1
  %13 = sub nsw i64 64, %10
  %14 = load ptr, ptr %0, align 8
  br label %15

15:                                               ; preds = %8, %37
  %16 = phi i64 [ 0, %8 ], [ %39, %37 ]
  %17 = getelementptr inbounds nuw i64, ptr %5, i64 %16
  %18 = load i64, ptr %17, align 8
  %19 = mul i64 %18, -7046029254386353131
  %20 = lshr i64 %19, %13
  br label %21

21:                                               ; preds = %32, %15
  %22 = phi i64 [ 0, %15 ], [ %33, %32 ]
  %23 = phi i64 [ %20, %15 ], [ %35, %32 ]
  %24 = getelementptr inbounds nuw i64, ptr %14, i64 %23
  %25 = load i64, ptr %24, align 8
  %26 = icmp eq i64 %25, 0
  br i1 %26, label %37, label %27

27:                                               ; preds = %21
  %28 = getelementptr i64, ptr %5, i64 %25
  %29 = getelementptr i8, ptr %28, i64 -8
  %30 = load i64, ptr %29, align 8
  %31 = icmp eq i64 %30, %18
  br i1 %31, label %37, label %32

32:                                               ; preds = %27
  %33 = add nuw nsw i64 %22, 1
  %34 = add i64 %23, 1
  %35 = and i64 %34, %12
  %36 = icmp eq i64 %33, 256
  br i1 %36, label %41, label %21, !llvm.loop !53

37:                                               ; preds = %27, %21
  %38 = getelementptr inbounds nuw i64, ptr %14, i64 %23
  %39 = add nuw nsw i64 %16, 1
  store i64 %39, ptr %38, align 8
  %40 = icmp eq i64 %39, %6
  br i1 %40, label %41, label %15, !llvm.loop !56

41:                                               ; preds = %37, %32, %3
  %42 = phi i32 [ 1, %3 ], [ 0, %32 ], [ 1, %37 ]
  ret i32 %42
}

; Function Attrs: nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none)
define internal fastcc range(i32 0, 2) i32 @store_table(ptr noundef writeonly captures(none) %0, i64 noundef %1, ptr readonly captures(address) %2, i64 %3, ptr noundef readonly byval(%struct.Index) align 8 captures(none) %4, ptr readonly captures(none) %5, ptr noundef readonly byval(%struct.Form) align 8 captures(none) %6) unnamed_addr #6 {
  %8 = alloca i64, align 8
  %9 = getelementptr inbounds i8, ptr %2, i64 %3
  %10 = icmp sgt i64 %3, 0
  br i1 %10, label %11, label %85

11:                                               ; preds = %7
  %12 = getelementptr inbounds nuw i8, ptr %4, i64 16
  %13 = load i64, ptr %12, align 8
  %14 = shl nsw i64 -1, %13
  %15 = xor i64 %14, -1
  %16 = sub nsw i64 64, %13
  %17 = getelementptr inbounds nuw i8, ptr %4, i64 8
  %18 = load ptr, ptr %4, align 8
  %19 = load ptr, ptr %17, align 8
  %20 = load i64, ptr %6, align 8
  %21 = icmp slt i64 %1, %20
  %22 = sub nsw i64 %1, %20
  %23 = getelementptr inbounds nuw i8, ptr %6, i64 8
  %24 = load i64, ptr %23, align 8
  %25 = icmp eq i64 %24, 0
  %26 = getelementptr inbounds nuw i8, ptr %6, i64 16
  %27 = load i64, ptr %26, align 8
  %28 = shl nsw i64 %20, 3
  %29 = add nsw i64 %28, -1
  %30 = zext nneg i64 %29 to i128
  %31 = shl nuw i128 1, %30
  %32 = icmp eq i64 %27, 0
  %33 = sub nsw i128 0, %31
  %34 = select i1 %32, i128 %33, i128 0
  %35 = shl i128 2, %30
  %36 = select i1 %32, i128 %31, i128 %35
  br label %37

37:                                               ; preds = %11, %82
  %38 = phi ptr [ %2, %11 ], [ %83, %82 ]
  %39 = load i64, ptr %38, align 1
  %40 = getelementptr inbounds nuw i8, ptr %38, i64 8
  %41 = load i64, ptr %40, align 1
  %42 = mul i64 %41, -7046029254386353131
  %43 = lshr i64 %42, %16
  br label %44

44:                                               ; preds = %55, %37
  %45 = phi i64 [ 0, %37 ], [ %56, %55 ]
  %46 = phi i64 [ %43, %37 ], [ %58, %55 ]
  %47 = getelementptr inbounds nuw i64, ptr %18, i64 %46
  %48 = load i64, ptr %47, align 8
  %49 = icmp eq i64 %48, 0
  br i1 %49, label %82, label %50

50:                                               ; preds = %44
  %51 = getelementptr i64, ptr %19, i64 %48
  %52 = getelementptr i8, ptr %51, i64 -8
  %53 = load i64, ptr %52, align 8
  %54 = icmp eq i64 %53, %41
  br i1 %54, label %60, label %55

55:                                               ; preds = %50
  %56 = add nuw nsw i64 %45, 1
  %57 = add i64 %46, 1
  %58 = and i64 %57, %15
  %59 = icmp eq i64 %56, 256
  br i1 %59, label %85, label %44, !llvm.loop !53

60:                                               ; preds = %50
  %61 = icmp ugt i64 %39, %22
  %62 = select i1 %21, i1 true, i1 %61
  br i1 %62, label %85, label %63

63:                                               ; preds = %60
  %64 = shl i64 %48, 3
  %65 = getelementptr i8, ptr %5, i64 %64
  %66 = getelementptr i8, ptr %65, i64 -8
  %67 = load i64, ptr %66, align 1
  %68 = sext i64 %67 to i128
  %69 = getelementptr inbounds nuw i8, ptr %38, i64 16
  %70 = load i64, ptr %69, align 1
  %71 = sext i64 %70 to i128
  %72 = add nsw i128 %71, %68
  %73 = select i1 %25, i64 0, i64 %39
  %74 = sext i64 %73 to i128
  %75 = sub nsw i128 %72, %74
  %76 = icmp sge i128 %75, %34
  %77 = icmp slt i128 %75, %36
  %78 = select i1 %76, i1 %77, i1 false
  br i1 %78, label %79, label %85

79:                                               ; preds = %63
  %80 = getelementptr inbounds nuw i8, ptr %0, i64 %39
  call void @llvm.lifetime.start.p0(ptr nonnull %8)
  %81 = trunc i128 %75 to i64
  store i64 %81, ptr %8, align 8
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %80, ptr nonnull align 8 %8, i64 %20, i1 false)
  call void @llvm.lifetime.end.p0(ptr nonnull %8)
  br label %82

82:                                               ; preds = %44, %79
  %83 = getelementptr inbounds nuw i8, ptr %38, i64 24
  %84 = icmp ult ptr %83, %9
  br i1 %84, label %37, label %85, !llvm.loop !57

85:                                               ; preds = %60, %63, %82, %55, %7
  %86 = phi i32 [ 0, %55 ], [ 1, %7 ], [ 0, %60 ], [ 0, %63 ], [ 1, %82 ]
  ret i32 %86
}

; Function Attrs: optsize
declare i64 @PyByteArray_Size(ptr noundef) local_unnamed_addr #2

; Function Attrs: optsize
declare i32 @PyBytes_AsStringAndSize(ptr noundef, ptr noundef, ptr noundef) local_unnamed_addr #2

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #7

; Function Attrs: mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read)
declare i64 @strlen(ptr noundef captures(none)) local_unnamed_addr #8

; Function Attrs: mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read)
declare ptr @memchr(ptr noundef, i32 noundef, i64 noundef) local_unnamed_addr #8

; Function Attrs: mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read)
declare i32 @strcmp(ptr noundef captures(none), ptr noundef captures(none)) local_unnamed_addr #8

; Function Attrs: nofree norecurse nounwind optsize memory(argmem: read)
define internal fastcc range(i32 0, 2) i32 @is_string(ptr noundef readonly captures(address) %0, ptr noundef readonly captures(none) %1) unnamed_addr #9 {
  %3 = getelementptr inbounds nuw i8, ptr %0, i64 312
  %4 = load i64, ptr %3, align 8
  %5 = getelementptr inbounds i8, ptr %0, i64 %4
  %6 = getelementptr inbounds nuw i8, ptr %0, i64 320
  %7 = load i64, ptr %6, align 8
  %8 = getelementptr inbounds i8, ptr %5, i64 %7
  %9 = icmp sgt i64 %7, 0
  br i1 %9, label %10, label %19

10:                                               ; preds = %2, %14
  %11 = phi ptr [ %17, %14 ], [ %5, %2 ]
  %12 = tail call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %1, ptr noundef nonnull dereferenceable(1) %11) #14
  %13 = icmp eq i32 %12, 0
  br i1 %13, label %19, label %14

14:                                               ; preds = %10
  %15 = tail call i64 @strlen(ptr noundef nonnull dereferenceable(1) %11) #14
  %16 = getelementptr i8, ptr %11, i64 %15
  %17 = getelementptr i8, ptr %16, i64 1
  %18 = icmp ult ptr %17, %8
  br i1 %18, label %10, label %19, !llvm.loop !58

19:                                               ; preds = %10, %14, %2
  %20 = phi i32 [ 0, %2 ], [ 0, %14 ], [ 1, %10 ]
  ret i32 %20
}

; Function Attrs: mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none)
declare { i64, i1 } @llvm.uadd.with.overflow.i64(i64, i64) #10

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: read)
declare i32 @bcmp(ptr captures(none), ptr captures(none), i64) local_unnamed_addr #11

attributes #0 = { nounwind optsize "no-trapping-math"="true" "probe-stack"="inline-asm" }
attributes #1 = { mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { optsize "no-trapping-math"="true" }
attributes #3 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #4 = { nofree norecurse nounwind optsize memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none) "no-trapping-math"="true" "probe-stack"="inline-asm" }
attributes #5 = { nofree norecurse nosync nounwind optsize memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none) "no-trapping-math"="true" "probe-stack"="inline-asm" }
attributes #6 = { nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none) "no-trapping-math"="true" "probe-stack"="inline-asm" }
attributes #7 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #8 = { mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read) "no-trapping-math"="true" }
attributes #9 = { nofree norecurse nounwind optsize memory(argmem: read) "no-trapping-math"="true" "probe-stack"="inline-asm" }
attributes #10 = { mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }
attributes #11 = { nocallback nofree nounwind willreturn memory(argmem: read) }
attributes #12 = { nounwind }
attributes #13 = { nounwind optsize }
attributes #14 = { nounwind optsize willreturn memory(read) }
attributes #15 = { optsize }

!llvm.module.flags = !{!0, !1, !2}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 4, !"probe-stack", !"inline-asm"}
!2 = !{i32 8, !"PIC Level", i32 2}
!3 = distinct !{!3, !4}
!4 = !{!"llvm.loop.mustprogress"}
!5 = distinct !{!5, !4}
!6 = distinct !{!6, !4}
!7 = distinct !{!7, !4}
!8 = distinct !{!8, !4}
!9 = distinct !{!9, !4}
!10 = distinct !{!10, !4}
!11 = distinct !{!11, !4}
!12 = distinct !{!12, !4}
!13 = distinct !{!13, !4}
!14 = distinct !{!14, !4}
!15 = distinct !{!15, !4}
!16 = distinct !{!16, !4}
!17 = distinct !{!17, !4}
!18 = distinct !{!18, !4}
!19 = distinct !{!19, !4}
!20 = distinct !{!20, !4}
!21 = distinct !{!21, !4}
!22 = distinct !{!22, !4}
!23 = distinct !{!23, !4}
!24 = distinct !{!24, !4}
!25 = distinct !{!25, !4}
!26 = distinct !{!26, !4}
!27 = distinct !{!27, !4}
!28 = distinct !{!28, !4}
!29 = distinct !{!29, !4}
!30 = distinct !{!30, !4}
!31 = distinct !{!31, !4}
!32 = distinct !{!32, !4}
!33 = distinct !{!33, !4}
!34 = distinct !{!34, !4}
!35 = distinct !{!35, !4}
!36 = distinct !{!36, !4}
!37 = distinct !{!37, !4}
!38 = distinct !{!38, !4}
!39 = distinct !{!39, !4}
!40 = distinct !{!40, !4}
!41 = distinct !{!41, !4}
!42 = distinct !{!42, !4}
!43 = distinct !{!43, !4}
!44 = distinct !{!44, !4}
!45 = distinct !{!45, !4}
!46 = distinct !{!46, !4}
!47 = distinct !{!47, !4}
!48 = distinct !{!48, !4}
!49 = distinct !{!49, !4}
!50 = distinct !{!50, !4}
!51 = distinct !{!51, !4}
!52 = distinct !{!52, !4}
!53 = distinct !{!53, !4}
!54 = distinct !{!54, !4}
!55 = distinct !{!55, !4}
!56 = distinct !{!56, !4}
!57 = distinct !{!57, !4}
!58 = distinct !{!58, !4}
